/**
 * The singular directions of weights in the vocabulary.
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
  LongTable,
  table,
  tokenText,
} from "../show/mod.ts";
import type { SvdSide } from "./svd_side.ts";
import { SVD_SIDES, type SvdMatrix } from "./svd_matrix.ts";
import type { Gains } from "./vocabulary_basis.ts";
import { endColumns, endRows, type VocabularyEnds } from "./vocabulary_ends.ts";

/** A singular direction of a matrix. */
export interface SvdDirection {
  /** Its place, 0 for the greatest singular value. */
  readonly index: number;
  /** The singular value. */
  readonly value: number;
  /** Its square's share of the sum of all squares. */
  readonly share: number;
  /** The left vector in the vocabulary, both signs; null where it lives among neurons or was not read. */
  readonly left: VocabularyEnds | null;
  /** The right vector in the vocabulary, both signs. */
  readonly right: VocabularyEnds | null;
}

/** One matrix, taken apart. */
export interface SvdReadingEntry {
  /** The block. */
  readonly layer: number;
  /** The query head, of OV and QK. */
  readonly head?: number;
  /** The expert, in mixtures. */
  readonly expert?: number;
  /** All singular values, descending. */
  readonly values: Float64Array;
  /** The directions that were read. */
  readonly directions: readonly SvdDirection[];
}

/** The parts of an {@linkcode SvdReading}. */
export interface SvdReadingFacts {
  /** The model, by name. */
  readonly model: string;
  /** Which matrix. */
  readonly matrix: SvdMatrix;
  /** Whether the gains of norms are counted in. */
  readonly gains: Gains;
  /** Through which matrix readers were read. */
  readonly readers: "W_E" | "W_U";
  /** The sides that were read. */
  readonly sides: readonly SvdSide[];
  /** What the directions of chance were drawn by. */
  readonly seed: number;
  /** The greatest number of random directions of unit length, mean and the 95th in a hundred, by side. */
  readonly chance: Readonly<
    Partial<Record<SvdSide, { readonly mean: number; readonly high: number }>>
  >;
  /** The matrices, block by block and head by head. */
  readonly entries: readonly SvdReadingEntry[];
}

/** Singular directions of weights, read in the vocabulary. */
export class SvdReading implements SvdReadingFacts {
  /** The model, by name. */
  readonly model: string;
  /** Which matrix. */
  readonly matrix: SvdMatrix;
  /** Whether the gains of norms are counted in. */
  readonly gains: Gains;
  /** Through which matrix readers were read. */
  readonly readers: "W_E" | "W_U";
  /** The sides that were read. */
  readonly sides: readonly SvdSide[];
  /** What the directions of chance were drawn by. */
  readonly seed: number;
  /** The greatest number of random directions of unit length. */
  readonly chance: SvdReadingFacts["chance"];
  /** The matrices. */
  readonly entries: readonly SvdReadingEntry[];

  /** Holds the parts. */
  constructor(facts: SvdReadingFacts) {
    this.model = facts.model;
    this.matrix = facts.matrix;
    this.gains = facts.gains;
    this.readers = facts.readers;
    this.sides = facts.sides;
    this.seed = facts.seed;
    this.chance = facts.chance;
    this.entries = facts.entries;
  }

  /**
   * One matrix.
   *
   * @throws {RangeError} If it was not read.
   */
  of(
    place: { readonly layer: number; readonly head?: number; readonly expert?: number },
  ): SvdReadingEntry {
    const found = this.entries.find(({ layer, head, expert }) =>
      layer === place.layer && head === place.head && expert === place.expert
    );
    if (found) return found;
    throw new RangeError(
      `Cannot find ${this.matrix} of ${JSON.stringify(place)} as it must be among those read: ${
        this.entries.slice(0, 8).map(nameOf).join(", ")
      }${this.entries.length > 8 ? ", ..." : ""}`,
    );
  }

  /** Draws the first directions of each matrix, both signs. */
  [display](): Document {
    const most = 40, few = 6;
    const text = (tokens: VocabularyEnds["greatest"]) =>
      tokens.slice(0, few).map(({ token }) => tokenText(token)).join(" ");
    const rows = this.entries.flatMap((entry) =>
      entry.directions.map((direction) => [
        nameOf(entry),
        String(direction.index),
        formatNumber(direction.value),
        formatPercent(direction.share),
        ...this.sides.flatMap((side) => {
          const ends = direction[side]!;
          return [formatNumber(ends.greatest[0]!.score), text(ends.greatest), text(ends.least)];
        }),
      ])
    );
    return table({
      title: `Singular directions of ${this.matrix} of ${this.model}`,
      columns: [
        "matrix",
        "direction",
        "value",
        "of all",
        ...this.sides.flatMap((side) => [
          "top",
          `${this.#does(side)}, +`,
          `${this.#does(side)}, −`,
        ]),
      ].map((name) => ({ name })),
      rows: rows.slice(0, most),
      caption: [
        ...this.#captions(),
        ...rows.length > most ? [`the first ${most} of ${rows.length} directions are shown`] : [],
      ].join(" · "),
    });
  }

  /** Shows the same in a terminal. */
  [inspect](): string {
    return this[display]()["text/plain"];
  }

  /** The directions as rows: of each the tokens at both ends of every side that was read. */
  table(): LongTable {
    const columns = ["layer", "head", "expert", "direction", "value", "share", "side"];
    return new LongTable(
      `singular directions of ${this.matrix} of ${this.model}`,
      [...columns, ...endColumns],
      () =>
        this.entries.flatMap(({ layer, head, expert, directions }) =>
          directions.flatMap(({ index, value, share, ...ends }) =>
            this.sides.flatMap((side) =>
              endRows(ends[side]!).map((row) => [
                ...[layer, head ?? null, expert ?? null, index, value, share, side],
                ...row,
              ])
            )
          )
        ),
    );
  }

  /** The numbers as plain data. */
  toJSON(): SvdReadingFacts {
    const entries = this.entries.map((entry) => ({ ...entry, values: [...entry.values] }));
    return { ...this, entries: entries as unknown as readonly SvdReadingEntry[] };
  }

  #captions(): string[] {
    return [
      sourceOf(this, this.model),
      `gains of norms ${this.gains === "folded" ? "counted in" : "left out"}`,
      ...this.sides.map((side) => {
        const through = SVD_SIDES[this.matrix][side] === "writes" ? "W_U" : this.readers;
        const { mean, high } = this.chance[side]!;
        return `${side} vectors through ${through}, random ones reach ${
          formatNumber(mean)
        }, 95% below ${formatNumber(high)}`;
      }),
    ];
  }

  #does(side: SvdSide): string {
    if (this.matrix === "QK") return side === "left" ? "queries" : "keys";
    return SVD_SIDES[this.matrix][side]!;
  }
}

function nameOf({ layer, head, expert }: SvdReadingEntry): string {
  return [layer, ...expert === undefined ? [] : [`e${expert}`], ...head === undefined ? [] : [head]]
    .join(".");
}
