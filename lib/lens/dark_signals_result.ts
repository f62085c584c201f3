/**
 * What suppressed bands do to loss and sinks.
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
  table,
} from "../show/mod.ts";
import type { SpectralBasis } from "./spectrum.ts";
import type { Gains } from "./vocabulary_basis.ts";

/** What was measured in a run, suppressed or not. */
export interface SignalNumbers {
  /** The mean loss of a token given those before it, in nats. */
  readonly loss: number;
  /** Each head's weight on position 0, averaged over the later queries, `[layer][head]`. */
  readonly attention: readonly (readonly number[])[];
  /** The mean of these over all heads. */
  readonly meanAttention: number;
}

/** What the suppression of some bands does. */
export interface DarkSignalsRow extends SignalNumbers {
  /** The bands, 0 for the brightest. */
  readonly bands: readonly number[];
  /** How many directions these are. */
  readonly directions: number;
  /** The same with as many directions drawn by chance suppressed. */
  readonly chance: SignalNumbers;
}

/** The parts of {@linkcode DarkSignals}. */
export interface DarkSignalsFacts {
  /** The model, by name. */
  readonly model: string;
  /** The matrix that the bands are of. */
  readonly of: SpectralBasis;
  /** Whether the last norm's gain is counted in. */
  readonly gains: Gains;
  /** Where the bands are suppressed. */
  readonly at: string;
  /** How many positions were left alone. */
  readonly skip: number;
  /** What the directions of chance were drawn by. */
  readonly seed: number;
  /** How many examples there were. */
  readonly examples: number;
  /** Without suppression. */
  readonly plain: SignalNumbers;
  /** One row a set of bands. */
  readonly rows: readonly DarkSignalsRow[];
}

/** Loss and attention to the first token once bands are suppressed. */
export class DarkSignals implements DarkSignalsFacts {
  /** The model, by name. */
  readonly model: string;
  /** The matrix that the bands are of. */
  readonly of: SpectralBasis;
  /** Whether the last norm's gain is counted in. */
  readonly gains: Gains;
  /** Where the bands are suppressed. */
  readonly at: string;
  /** How many positions were left alone. */
  readonly skip: number;
  /** What the directions of chance were drawn by. */
  readonly seed: number;
  /** How many examples there were. */
  readonly examples: number;
  /** Without suppression. */
  readonly plain: SignalNumbers;
  /** One row a set of bands. */
  readonly rows: readonly DarkSignalsRow[];

  /** Holds the numbers. */
  constructor(facts: DarkSignalsFacts) {
    this.model = facts.model;
    this.of = facts.of;
    this.gains = facts.gains;
    this.at = facts.at;
    this.skip = facts.skip;
    this.seed = facts.seed;
    this.examples = facts.examples;
    this.plain = facts.plain;
    this.rows = facts.rows;
  }

  /** Draws a line a set of bands, each beside chance. */
  [display](): Document {
    const { plain } = this;
    const signed = (change: number) => `${change > 0 ? "+" : ""}${formatNumber(change)}`;
    return table({
      title: `Bands of ${this.of} suppressed in ${this.model}`,
      columns: [
        { name: "bands" },
        { name: "directions", align: "right" },
        { name: "loss", unit: "nats" },
        { name: "change" },
        { name: "by chance" },
        { name: "attention to the first token" },
        { name: "by chance" },
      ],
      rows: [
        ["none", 0, plain.loss, "", "", formatPercent(plain.meanAttention), ""],
        ...this.rows.map(({ bands, directions, loss, meanAttention, chance }) => [
          bands.join(", "),
          directions,
          loss,
          signed(loss - plain.loss),
          signed(chance.loss - plain.loss),
          formatPercent(meanAttention),
          formatPercent(chance.meanAttention),
        ]),
      ],
      caption: `${sourceOf(this, this.model)} · ${this.examples} examples, at ${this.at}, ${
        this.skip === 0 ? "at every position" : `the first ${this.skip} positions left alone`
      } · by chance: as many random directions, seed ${this.seed} · attention averaged over all heads and later queries`,
    });
  }

  /** Shows the same in a terminal. */
  [inspect](): string {
    return this[display]()["text/plain"];
  }

  /** The numbers as plain data. */
  toJSON(): DarkSignalsFacts {
    return { ...this };
  }
}
