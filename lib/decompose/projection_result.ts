/**
 * Overlaps of the subspaces of all pairs of heads.
 *
 * @module
 */

import { codeOf, sourceOf } from "../run/mod.ts";
import { all, display, type Document, heatMap, inspect, LongTable, table } from "../show/mod.ts";
import { type HeadPlace, headText } from "./head_place.ts";

/** A subspace of a head: what W_O writes to, or what W_Q, W_K or W_V read. */
export type SubspaceKind = "O" | "Q" | "K" | "V";

/** What two random subspaces have in common. */
export interface ChanceOverlap {
  /** The mean, r·s/d. */
  readonly mean: number;
  /** The standard deviation. */
  readonly deviation: number;
}

/** The overlap of two subspaces. */
export interface SubspaceOverlap {
  /** The head in the row. */
  readonly writer: HeadPlace;
  /** The head in the column. */
  readonly reader: HeadPlace;
  /** ‖Uᵀ·V‖², from 0 to the smaller rank; NaN where the pair does not count. */
  readonly value: number;
  /** The same over √(r·s), from 0 to 1. */
  readonly normalised: number;
  /** The two ranks. */
  readonly ranks: readonly [writer: number, reader: number];
  /** What chance gives for these ranks. */
  readonly chance: ChanceOverlap;
  /** How many of chance's deviations the value lies above chance's mean. */
  readonly deviations: number;
}

/** What subspaces were compared. */
export interface ProjectionFacts {
  /** The model, by name. */
  readonly model: string;
  /** The number of its layers. */
  readonly layers: number;
  /** The number of heads of a layer. */
  readonly heads: number;
  /** The width of the stream. */
  readonly width: number;
  /** The subspaces in rows. */
  readonly writer: SubspaceKind;
  /** The subspaces in columns. */
  readonly reader: SubspaceKind;
  /** Whether only later heads count in columns. */
  readonly forward: boolean;
  /** Directions count whose singular value is over this share of the greatest. */
  readonly tolerance: number;
}

/**
 * What the overlap of random subspaces is: the mean and the deviation of the trace of the product of two projections, one of
 * which is turned at random.
 *
 * @param width The width of the space they lie in.
 * @param first The rank of one.
 * @param second The rank of the other.
 *
 * @example
 * ```ts
 * import { chanceOverlap } from "@innerworks/innerworks";
 * const { mean, deviation } = chanceOverlap(768, 64, 64);
 * if (mean.toFixed(2) !== "5.33" || (deviation ** 2).toFixed(4) !== "0.0117") throw new Error("of GPT-2");
 * ```
 */
export function chanceOverlap(width: number, first: number, second: number): ChanceOverlap {
  const d = width;
  const variance = 2 * first * second * (d - first) * (d - second) /
    (d * d * (d - 1) * (d + 2));
  return { mean: first * second / d, deviation: Math.sqrt(variance) };
}

/** Overlaps of the subspaces of all pairs of heads, beside what chance gives. */
export class ProjectionKernel implements ProjectionFacts {
  /** The model, by name. */
  readonly model: string;
  /** The number of its layers. */
  readonly layers: number;
  /** The number of heads of a layer. */
  readonly heads: number;
  /** The width of the stream. */
  readonly width: number;
  /** The subspaces in rows. */
  readonly writer: SubspaceKind;
  /** The subspaces in columns. */
  readonly reader: SubspaceKind;
  /** Whether only later heads count in columns. */
  readonly forward: boolean;
  /** Directions count whose singular value is over this share of the greatest. */
  readonly tolerance: number;
  /** ‖Uᵀ·V‖², `[layer, head, layer, head]`; NaN where the pair does not count. */
  readonly values: Float64Array;
  /** The ranks of the subspaces, `[layer, head]` each. */
  readonly ranks: { readonly writers: readonly number[]; readonly readers: readonly number[] };

  /** Holds overlaps. */
  constructor(
    facts: ProjectionFacts,
    values: Float64Array,
    ranks: { readonly writers: readonly number[]; readonly readers: readonly number[] },
  ) {
    this.model = facts.model;
    this.layers = facts.layers;
    this.heads = facts.heads;
    this.width = facts.width;
    this.writer = facts.writer;
    this.reader = facts.reader;
    this.forward = facts.forward;
    this.tolerance = facts.tolerance;
    this.values = values;
    this.ranks = ranks;
  }

  /**
   * The overlap of two heads, with what chance gives.
   *
   * @throws {RangeError} If there is no such head.
   */
  pair(writer: HeadPlace, reader: HeadPlace): SubspaceOverlap {
    const [row, column] = [writer, reader].map(({ layer, head }) => {
      const fits = [[layer, this.layers], [head, this.heads]].every(([index, count]) =>
        Number.isInteger(index) && index! >= 0 && index! < count!
      );
      if (fits) return layer * this.heads + head;
      throw new RangeError(
        `Cannot read an overlap as layers are from 0 to ${this.layers - 1} and heads from 0 to ${
          this.heads - 1
        }: current value is layer ${layer}, head ${head}`,
      );
    });
    return this.#overlap(row!, column!);
  }

  /** The pairs furthest above chance, in its deviations. */
  top(count = 10): SubspaceOverlap[] {
    const all = this.layers * this.heads;
    return [...this.values.keys()].filter((i) => this.values[i]! === this.values[i]!)
      .map((i) => this.#overlap(Math.floor(i / all), i % all))
      .sort((a, b) => b.deviations - a.deviations).slice(0, count);
  }

  /** Draws the overlaps over √(r·s) as a map, and the pairs furthest above chance. */
  async [display](): Promise<Document> {
    return await all([this.#map(), this.#table()])[display]();
  }

  /** Shows the pairs furthest above chance in a terminal. */
  [inspect](): string {
    return this.#table()["text/plain"];
  }

  /** The overlaps as rows: of every pair that counts, beside what chance gives, furthest above it first. */
  table(): LongTable {
    const columns = "writer_layer writer_head reader_layer reader_head overlap normalised chance";
    return new LongTable(
      `subspaces W_${this.writer} and W_${this.reader} of heads of ${this.model}`,
      [...columns.split(" "), "chance_deviation", "deviations_above"],
      () =>
        this.top(Infinity).map(({ writer, reader, value, normalised, chance, deviations }) => [
          ...[writer.layer, writer.head, reader.layer, reader.head],
          ...[value, normalised, chance.mean, chance.deviation, deviations],
        ]),
    );
  }

  /** The numbers as plain data; null where a pair does not count. */
  toJSON(): ProjectionFacts & {
    readonly values: readonly (number | null)[];
    readonly ranks: ProjectionKernel["ranks"];
  } {
    const { model, layers, heads, width, writer, reader, forward, tolerance, ranks } = this;
    const values = Array.from(this.values, (x) => x === x ? x : null);
    return { model, layers, heads, width, writer, reader, forward, tolerance, values, ranks };
  }

  #overlap(row: number, column: number): SubspaceOverlap {
    const value = this.values[row * this.layers * this.heads + column]!;
    const ranks = [this.ranks.writers[row]!, this.ranks.readers[column]!] as const;
    const chance = chanceOverlap(this.width, ...ranks);
    return {
      writer: this.#place(row),
      reader: this.#place(column),
      value,
      normalised: value / Math.sqrt(ranks[0] * ranks[1]),
      ranks,
      chance,
      deviations: (value - chance.mean) / chance.deviation,
    };
  }

  #place(index: number): HeadPlace {
    return { layer: Math.floor(index / this.heads), head: index % this.heads };
  }

  /** The head of a row or column as code. */
  #placeCode(axis: "row" | "column", from: number): string {
    const at = from === 0 ? `{${axis}}` : `({${axis}} + ${from})`, { heads } = this;
    return `{ layer: Math.floor(${at} / ${heads}), head: ${at} % ${heads} }`;
  }

  #caption(): string {
    const { ranks: [first, second], chance } = this.#overlap(0, this.layers * this.heads - 1);
    return `${
      sourceOf(this, this.model)
    } · ranks ${first} and ${second} in ${this.width} dimensions: chance gives ${
      chance.mean.toFixed(3)
    } ± ${chance.deviation.toFixed(3)}, ${
      (chance.mean / Math.sqrt(first * second)).toFixed(4)
    } over √(r·s) · directions over ${this.tolerance} of the greatest count`;
  }

  #map() {
    const from = this.forward ? this.heads : 0, all = this.layers * this.heads, rows = all - from;
    const values = Float64Array.from(
      { length: rows * rows },
      (_, i) => this.#overlap(Math.floor(i / rows), from + i % rows).normalised,
    );
    const labels = (start: number) =>
      Array.from({ length: rows }, (_, i) => headText(this.#place(start + i)));
    return heatMap({
      values,
      rows: { name: `W_${this.writer} of head`, labels: labels(0) },
      columns: { name: `W_${this.reader} of head`, labels: labels(from) },
      label: "overlap over √(r·s)",
      title: `Subspaces that heads of ${this.model} share`,
      ...codeOf(
        this,
        `.pair(${this.#placeCode("row", 0)}, ${this.#placeCode("column", from)}).normalised`,
      ),
      caption: this.#caption(),
    });
  }

  #table() {
    return table({
      title:
        `Subspaces W_${this.writer} and W_${this.reader} of heads of ${this.model} that share most`,
      columns: [
        { name: `W_${this.writer}` },
        { name: `W_${this.reader}` },
        { name: "overlap" },
        { name: "over √(r·s)" },
        { name: "chance" },
        { name: "above it, in deviations" },
      ],
      rows: this.top().map((pair) => [
        headText(pair.writer),
        headText(pair.reader),
        pair.value,
        pair.normalised,
        pair.chance.mean,
        pair.deviations,
      ]),
      ...codeOf(this, ".top()[{row}]"),
      caption: this.#caption(),
    });
  }
}
