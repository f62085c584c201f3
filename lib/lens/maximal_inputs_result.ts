/**
 * The inputs that drive a neuron furthest.
 *
 * @module
 */

import { sourceOf } from "../run/mod.ts";
import {
  display,
  type Document,
  formatNumber,
  formatPercent,
  inspect,
  joinedText,
  LongTable,
  type ShownToken,
  table,
  tokenText,
} from "../show/mod.ts";
import type { NeuronActivity } from "./neuron_activity.ts";
import { neuronName, type NeuronPlace } from "./neuron_place.ts";

/** A prompt that was found. */
export interface FoundPrompt {
  /** Its ids, without a beginning-of-text token. */
  readonly ids: readonly number[];
  /** Its tokens. */
  readonly tokens: readonly ShownToken[];
  /** The neuron's activation at the last of them. */
  readonly activation: number;
}

/** The parts of {@linkcode MaximalInputs}. */
export interface MaximalInputsFacts {
  /** The model, by name. */
  readonly model: string;
  /** The neuron. */
  readonly neuron: NeuronPlace;
  /** How prompts were searched. */
  readonly search: "coordinate" | "exhaustive";
  /** How many prompts were tried. */
  readonly tried: number;
  /** What they were drawn by. */
  readonly seed: number;
  /** The best prompts, the best first. */
  readonly prompts: readonly FoundPrompt[];
  /** What the neuron does over the data; null where there was none. */
  readonly texts: NeuronActivity | null;
  /** What it does over other data. */
  readonly check: NeuronActivity | null;
}

/** The inputs that drive a neuron furthest. */
export class MaximalInputs implements MaximalInputsFacts {
  /** The model, by name. */
  readonly model: string;
  /** The neuron. */
  readonly neuron: NeuronPlace;
  /** How prompts were searched. */
  readonly search: "coordinate" | "exhaustive";
  /** How many prompts were tried. */
  readonly tried: number;
  /** What they were drawn by. */
  readonly seed: number;
  /** The best prompts, the best first. */
  readonly prompts: readonly FoundPrompt[];
  /** What the neuron does over the data. */
  readonly texts: NeuronActivity | null;
  /** What it does over other data. */
  readonly check: NeuronActivity | null;
  /**
   * The share of the most active tokens of the data that are among those of the other data too; NaN unless both were given.
   */
  readonly overlap: number;

  /** Holds what was found. */
  constructor(facts: MaximalInputsFacts) {
    this.model = facts.model;
    this.neuron = facts.neuron;
    this.search = facts.search;
    this.tried = facts.tried;
    this.seed = facts.seed;
    this.prompts = facts.prompts;
    this.texts = facts.texts;
    this.check = facts.check;
    this.overlap = facts.texts && facts.check ? overlapOf(facts.texts, facts.check) : NaN;
  }

  /**
   * Whether what drives the neuron in the one data set drives it in the other: no token in common is a warning that the
   * first would deceive. Without both sets it is unknown, which is null.
   */
  get illusion(): boolean | null {
    return Number.isNaN(this.overlap) ? null : this.overlap === 0;
  }

  /** Draws prompts and places with their activations. */
  [display](): Document {
    const places = (name: string, activity: NeuronActivity | null) =>
      (activity?.places ?? []).map(({ tokens, at, activation }) => [
        name,
        tokens.slice(Math.max(0, at - 5), at + 1).map(tokenText).join(" "),
        formatNumber(activation),
      ]);
    return table({
      title: `What drives neuron ${neuronName(this.neuron)} of ${this.model} furthest`,
      columns: ["from", "up to the token", "activation"].map((name) => ({ name })),
      rows: [
        ...this.prompts.map(({ tokens, activation }) => [
          `${this.search} search`,
          tokens.map(tokenText).join(" "),
          formatNumber(activation),
        ]),
        ...places("data", this.texts),
        ...places("other data", this.check),
      ],
      caption: [
        sourceOf(this, this.model),
        `${this.tried} prompts tried, seed ${this.seed}`,
        this.#verdict(),
      ].join(" · "),
    });
  }

  /** Shows the same in a terminal. */
  [inspect](): string {
    return this[display]()["text/plain"];
  }

  /** The inputs as rows: those that were found, and the places of the data, with the text up to the token. */
  table(): LongTable {
    const places = (name: string, activity: NeuronActivity | null) =>
      (activity?.places ?? []).map(({ tokens, at, activation }, i) => [
        ...[name, i + 1, joinedText(tokens.slice(0, at + 1)), activation],
      ]);
    return new LongTable(
      `what drives neuron ${neuronName(this.neuron)} of ${this.model} furthest`,
      ["from", "place", "text", "activation"],
      () => [
        ...this.prompts.map(({ tokens, activation }, i) => [
          ...["search", i + 1, joinedText(tokens), activation],
        ]),
        ...places("data", this.texts),
        ...places("other data", this.check),
      ],
    );
  }

  /** The numbers as plain data. */
  toJSON(): MaximalInputsFacts & { overlap: number } {
    return { ...this };
  }

  #verdict(): string {
    if (this.illusion === null) {
      return "not checked on other data: what drives it here may be an accident of this data";
    }
    return this.illusion
      ? "warning: no token that drives it most in the data does so in the other data"
      : `${
        formatPercent(this.overlap)
      } of the tokens that drive it most do so in the other data too`;
  }
}

/** The share of one data set's most active tokens that are among the other's. */
function overlapOf(texts: NeuronActivity, check: NeuronActivity): number {
  const peaks = ({ places }: NeuronActivity) =>
    new Set(places.map(({ tokens, at }) => tokens[at]!.id));
  const own = peaks(texts), others = peaks(check);
  return own.size === 0 ? NaN : [...own].filter((id) => others.has(id)).length / own.size;
}
