/**
 * The running count of what one neuron does.
 *
 * @module
 */

import type { PromptTokens } from "../model/mod.ts";
import { type ActivePlace, NeuronActivity } from "./neuron_activity.ts";
import type { NeuronPlace } from "./neuron_place.ts";
import { RunningHistogram } from "./running_histogram.ts";

/** What a tally keeps. */
export interface TallyOptions {
  /** The place of the neuron among those that were asked for. */
  readonly index: number;
  /** How many places are kept. */
  readonly count: number;
  /** How many tokens on each side of a place. */
  readonly context: number;
}

/** Counts what one neuron does, example by example. */
export class NeuronTally {
  /** The neuron. */
  readonly place: NeuronPlace;
  readonly #options: TallyOptions;
  readonly #spread = new RunningHistogram();
  readonly #best: ActivePlace[] = [];

  /** Begins to count. */
  constructor(place: NeuronPlace, options: TallyOptions) {
    this.place = place;
    this.#options = options;
  }

  /**
   * Takes in an example.
   *
   * @param prompt Its tokens.
   * @param values The activation at each of them, NaN where there is none.
   * @param from The first position that counts.
   */
  add(prompt: PromptTokens, values: Float32Array, from: number): void {
    const { count } = this.#options, best = this.#best;
    for (let position = from; position < values.length; position++) {
      const activation = values[position]!;
      this.#spread.add(activation);
      const full = best.length === count;
      if (full ? !(activation > best[count - 1]!.activation) : Number.isNaN(activation)) continue;
      let place = best.length;
      while (place > 0 && activation > best[place - 1]!.activation) place--;
      best.splice(place, 0, this.#found(prompt, values, position));
      if (best.length > count) best.pop();
    }
  }

  /** What was counted, with the neuron's place among those that were asked for. */
  finish(): readonly [index: number, activity: NeuronActivity] {
    const { count, positive, mean, variance, greatest, least } = this.#spread;
    const activity = new NeuronActivity({
      neuron: this.place,
      count,
      density: count === 0 ? NaN : positive / count,
      mean,
      variance,
      greatest: count === 0 ? NaN : greatest,
      least: count === 0 ? NaN : least,
      histogram: this.#spread.bins(),
      places: this.#best,
    });
    return [this.#options.index, activity];
  }

  #found(prompt: PromptTokens, values: Float32Array, position: number): ActivePlace {
    const { context } = this.#options;
    const begin = Math.max(0, position - context);
    const end = Math.min(values.length, position + context + 1);
    return {
      activation: values[position]!,
      position,
      text: prompt.text,
      tokens: prompt.tokens.slice(begin, end),
      activations: [...values.subarray(begin, end)],
      at: position - begin,
    };
  }
}
