/**
 * What states knew of later tokens.
 *
 * @module
 */

import { sourceOf } from "../run/mod.ts";
import type { PromptTokens } from "../model/mod.ts";
import {
  display,
  type Document,
  formatPercent,
  inspect,
  LongTable,
  quotedEnd,
  table,
} from "../show/mod.ts";
import type { LensTarget } from "./read_out.ts";
import type { LensToken } from "./row_reading.ts";

/** What is read at one distance. */
export interface FutureReading {
  /** The token that the model itself writes there. */
  readonly own: LensToken;
  /** The likeliest token after the transplant. */
  readonly likeliest: LensToken;
}

/** What a future lens looked at. */
export interface FutureLensFacts {
  /** The model, by name. */
  readonly model: string;
  /** The prompt. */
  readonly prompt: PromptTokens;
  /** The text at whose end states were put. */
  readonly context: PromptTokens;
  /** The positions of the states, counted from 0. */
  readonly positions: readonly number[];
  /** The streams of the states. */
  readonly layers: readonly number[];
  /** What the model itself writes after each position, in order of distance. */
  readonly continuations: readonly (readonly LensTarget[])[];
}

/** How well states tell the model's own later tokens. */
export class FutureLens {
  /** What was looked at. */
  readonly facts: FutureLensFacts;
  /** What was read, by stream, position and distance: the first distance is the next token. */
  readonly readings: readonly (readonly (readonly FutureReading[])[])[];
  /** The same without a transplant, by position and distance. */
  readonly baseline: readonly (readonly FutureReading[])[];

  /** Holds what was read. */
  constructor(
    facts: FutureLensFacts,
    readings: FutureLens["readings"],
    baseline: FutureLens["baseline"],
  ) {
    this.facts = facts;
    this.readings = readings;
    this.baseline = baseline;
  }

  /**
   * The share of positions at which the likeliest token is the model's own.
   *
   * @param layer The stream, negative ones counted from the last that was read; null for the text without a transplant.
   * @param distance How many tokens ahead, from 1 on.
   * @throws {RangeError} If that was not read.
   */
  accuracy(layer: number | null, distance: number): number {
    const rows = this.#rows(layer, distance);
    return rows.filter(({ own, likeliest }) => own.id === likeliest.id).length / rows.length;
  }

  /** The mean of −log p of the model's own token, in nats; arguments as in `accuracy`. */
  surprisal(layer: number | null, distance: number): number {
    const rows = this.#rows(layer, distance);
    return -rows.reduce((sum, { own }) => sum + own.logProbability, 0) / rows.length;
  }

  /** Draws accuracy and surprisal, a row a stream, a pair of columns a distance. */
  [display](): Document {
    const { layers, context, positions, prompt, model } = this.facts;
    const distances = this.baseline[0]!.map((_, i) => i + 1);
    const cells = (layer: number | null) =>
      distances.flatMap((distance) => [
        formatPercent(this.accuracy(layer, distance)),
        this.surprisal(layer, distance),
      ]);
    return table({
      title: `What states of ${quotedEnd(prompt, 60)} know of tokens to come`,
      columns: [
        { name: "stream" },
        ...distances.flatMap((distance) => [
          { name: `+${distance} accuracy`, align: "right" as const },
          { name: `+${distance} surprisal`, unit: "nats" },
        ]),
      ],
      rows: [
        ["no transplant", ...cells(null)],
        ...layers.map((layer) => [`${layer}`, ...cells(layer)]),
      ],
      caption: `${sourceOf(this, model)} · ${positions.length} positions, put at the end of ${
        quotedEnd(context, 60)
      }`,
    });
  }

  /** Shows the table in a terminal. */
  [inspect](): string {
    return this[display]()["text/plain"];
  }

  /**
   * What was read as rows: of each stream and position, and each distance, the model's own token and the likeliest one, with their
   * log-probabilities; without a stream, of no transplant.
   */
  table(): LongTable {
    const { layers, positions, model } = this.facts;
    const columns = "stream position ahead own_token own_id own_log_probability likeliest_token";
    const one = ({ token, id, logProbability }: LensToken) => [token.text, id, logProbability];
    return new LongTable(
      `what states of ${model} know of tokens to come`,
      [...columns.split(" "), "likeliest_id", "likeliest_log_probability"],
      () =>
        [null, ...layers].flatMap((layer, i) =>
          (layer === null ? this.baseline : this.readings[i - 1]!).flatMap((row, at) =>
            row.map(({ own, likeliest }, ahead) => [
              ...[layer, positions[at]!, ahead + 1],
              ...one(own),
              ...one(likeliest),
            ])
          )
        ),
    );
  }

  /** The numbers as plain data. */
  toJSON(): Omit<FutureLensFacts, "prompt" | "context"> & {
    prompt: string;
    context: string;
    readings: FutureLens["readings"];
    baseline: FutureLens["baseline"];
  } {
    const { facts, readings, baseline } = this;
    return { ...facts, prompt: facts.prompt.text, context: facts.context.text, readings, baseline };
  }

  #rows(layer: number | null, distance: number): FutureReading[] {
    const { layers } = this.facts;
    const at = layer === null ? 0 : layer < 0 ? layers.length + layer : layers.indexOf(layer);
    const rows = layer === null ? this.baseline : this.readings[at];
    if (rows?.[0]?.[distance - 1]) return rows.map((row) => row[distance - 1]!);
    throw new RangeError(
      `Cannot read stream ${layer} ${distance} tokens ahead as it must have been read: streams are ${
        layers.join(", ")
      }, up to ${this.baseline[0]!.length} ahead`,
    );
  }
}
