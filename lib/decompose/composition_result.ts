/**
 * Composition scores of all pairs of heads.
 *
 * @module
 */

import { codeOf, sourceOf } from "../run/mod.ts";
import {
  all,
  display,
  type Document,
  graph,
  heatMap,
  inspect,
  LongTable,
  table,
} from "../show/mod.ts";
import type { CompositionKind } from "./composition_scores.ts";
import { type HeadPlace, headText } from "./head_place.ts";
import type { CompositionBaseline } from "./random_composition.ts";

/** How many edges of each kind the graph is given: of all pairs it would draw no more. */
const EDGES = 40;

/** A pair of heads, the later of which reads what the earlier writes. */
export interface ComposedPair {
  /** The head that writes. */
  readonly writer: HeadPlace;
  /** The head that reads. */
  readonly reader: HeadPlace;
  /** The score, from 0 to 1. */
  readonly score: number;
  /** The score minus that of random heads. */
  readonly excess: number;
}

/** What scores were taken of. */
export interface CompositionFacts {
  /** The model, by name. */
  readonly model: string;
  /** The number of its layers. */
  readonly layers: number;
  /** The number of heads of a layer. */
  readonly heads: number;
  /** The offset of Q and K scores; null where none was given. */
  readonly offset: number | null;
}

/** Composition scores of all pairs of heads, with their baseline. */
export class CompositionScores implements CompositionFacts {
  /** The model, by name. */
  readonly model: string;
  /** The number of its layers. */
  readonly layers: number;
  /** The number of heads of a layer. */
  readonly heads: number;
  /** The offset of Q and K scores; null where none was given. */
  readonly offset: number | null;
  /** The kinds that were scored. */
  readonly kinds: readonly CompositionKind[];
  /** What random heads score. */
  readonly baseline: CompositionBaseline;
  readonly #scores: ReadonlyMap<CompositionKind, Float64Array>;

  /** Holds scores, `[layer, head, layer, head]` of each kind: the writer first. */
  constructor(
    facts: CompositionFacts,
    scores: ReadonlyMap<CompositionKind, Float64Array>,
    baseline: CompositionBaseline,
  ) {
    this.model = facts.model;
    this.layers = facts.layers;
    this.heads = facts.heads;
    this.offset = facts.offset;
    this.kinds = [...scores.keys()];
    this.#scores = scores;
    this.baseline = baseline;
  }

  /**
   * All scores of a kind, `[layer, head, layer, head]`, the writer first; NaN where the second head does not come later.
   *
   * @throws {RangeError} If the kind was not scored.
   */
  of(kind: CompositionKind): Float64Array {
    const scores = this.#scores.get(kind);
    if (scores) return scores;
    throw new RangeError(
      `Cannot read ${
        JSON.stringify(kind)
      } scores as the kind must be among those that were scored: ${this.kinds.join(", ")}`,
    );
  }

  /**
   * The score of one pair; NaN where the reader does not come later.
   *
   * @throws {RangeError} If the kind was not scored, or there is no such head.
   */
  score(kind: CompositionKind, writer: HeadPlace, reader: HeadPlace): number {
    const [row, column] = [writer, reader].map(({ layer, head }) => {
      const fits = [[layer, this.layers], [head, this.heads]].every(([index, count]) =>
        Number.isInteger(index) && index! >= 0 && index! < count!
      );
      if (fits) return layer * this.heads + head;
      throw new RangeError(
        `Cannot read a score as layers are from 0 to ${this.layers - 1} and heads from 0 to ${
          this.heads - 1
        }: current value is layer ${layer}, head ${head}`,
      );
    });
    return this.of(kind)[row! * this.layers * this.heads + column!]!;
  }

  /**
   * The pairs of the greatest scores of a kind, the greatest first.
   *
   * @throws {RangeError} If the kind was not scored.
   */
  top(kind: CompositionKind, count = 10): ComposedPair[] {
    const scores = this.of(kind), all = this.layers * this.heads;
    return [...scores.keys()].filter((i) => scores[i]! === scores[i]!)
      .sort((a, b) => scores[b]! - scores[a]!).slice(0, count)
      .map((i) => ({
        writer: this.#place(Math.floor(i / all)),
        reader: this.#place(i % all),
        score: scores[i]!,
        excess: scores[i]! - this.baseline.mean,
      }));
  }

  /**
   * The pairs that a head is one of, of all kinds that were scored, the greatest first.
   *
   * @throws {RangeError} If there is no such head.
   */
  edges(head: HeadPlace): (ComposedPair & { readonly kind: CompositionKind })[] {
    this.score(this.kinds[0]!, head, head);
    const same = (other: HeadPlace) => other.layer === head.layer && other.head === head.head;
    return this.kinds.flatMap((kind) =>
      this.top(kind, Infinity).filter(({ writer, reader }) => same(writer) || same(reader))
        .map((pair) => ({ ...pair, kind }))
    ).sort((a, b) => b.score - a.score);
  }

  /** Draws the strongest pairs as a graph, and for each kind a map of writers by readers and the greatest pairs. */
  async [display](): Promise<Document> {
    return await all([
      this.#graph(),
      ...this.kinds.flatMap((kind) => [this.#map(kind), this.#table(kind)]),
    ])
      [display]();
  }

  /** Shows the greatest pairs in a terminal. */
  [inspect](): string {
    return this.kinds.map((kind) => this.#table(kind)["text/plain"]).join("\n\n");
  }

  /** The scores as rows: of each kind every pair of which the second head comes later, beside what random heads have. */
  table(): LongTable {
    const { mean, deviation } = this.baseline;
    return new LongTable(
      `compositions of the heads of ${this.model}`,
      "kind writer_layer writer_head reader_layer reader_head score random_mean random_deviation"
        .split(" "),
      () =>
        this.kinds.flatMap((kind) =>
          this.top(kind, Infinity).map(({ writer, reader, score }) => [
            kind,
            ...[writer.layer, writer.head, reader.layer, reader.head],
            ...[score, mean, deviation],
          ])
        ),
    );
  }

  /** The scores as plain data; null where there is none. */
  toJSON(): CompositionFacts & {
    readonly baseline: CompositionBaseline;
    readonly scores: Readonly<Record<string, readonly (number | null)[]>>;
  } {
    const { model, layers, heads, offset, baseline } = this;
    const plain = [...this.#scores].map(([kind, scores]) =>
      [kind, Array.from(scores, (x) => x === x ? x : null)] as const
    );
    return { model, layers, heads, offset, baseline, scores: Object.fromEntries(plain) };
  }

  #place(index: number): HeadPlace {
    return { layer: Math.floor(index / this.heads), head: index % this.heads };
  }

  #title(kind: CompositionKind): string {
    return `${kind}-composition of the heads of ${this.model}`;
  }

  #caption(kind: CompositionKind): string {
    const { expected, mean, deviation, samples } = this.baseline;
    return [
      sourceOf(this, this.model),
      `random heads: ${mean.toFixed(4)} ± ${deviation.toFixed(4)} (${samples} pairs), 1/√width = ${
        expected.toFixed(4)
      }`,
      ...kind !== "V" && this.offset !== null ? [`the key ${this.offset} before the query`] : [],
    ].join(" · ");
  }

  #graph() {
    const { expected, mean } = this.baseline, { heads, layers } = this;
    const pairs = layers * (layers - 1) / 2 * heads ** 2;
    return graph({
      title: `Compositions of the heads of ${this.model}`,
      layers: Array.from({ length: this.layers }, (_, layer) => `layer ${layer}`),
      nodes: Array.from({ length: this.layers * heads }, (_, i) => ({
        label: headText(this.#place(i)),
        layer: Math.floor(i / heads),
      })),
      edges: this.kinds.flatMap((kind) =>
        this.top(kind, EDGES).map(({ writer, reader, score }) => ({
          from: writer.layer * heads + writer.head,
          to: reader.layer * heads + reader.head,
          weight: score,
          kind,
        }))
      ),
      label: "score",
      ...codeOf(
        this,
        `.edges({ layer: Math.floor({node} / ${heads}), head: {node} % ${heads} })`,
      ),
      baseline: { label: "mean of random heads", value: mean },
      caption: `${sourceOf(this, this.model)} · ${pairs} pairs of each kind were scored, the ${
        Math.min(EDGES, pairs)
      } greatest of each may be shown · 1/√width = ${expected.toFixed(4)}`,
    });
  }

  #map(kind: CompositionKind) {
    const count = this.layers * this.heads, { heads } = this, scores = this.of(kind);
    const rows = count - heads, values = new Float64Array(rows * rows);
    // The last layer writes to no later head, and the first reads of none.
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < rows; j++) values[i * rows + j] = scores[i * count + heads + j]!;
    }
    const labels = (from: number) =>
      Array.from({ length: rows }, (_, i) => headText(this.#place(from + i)));
    return heatMap({
      values,
      rows: { name: "writer", labels: labels(0) },
      columns: { name: "reader", labels: labels(heads) },
      label: "score",
      title: this.#title(kind),
      ...codeOf(this, `.of("${kind}")[{row} * ${count} + {column} + ${heads}]`),
      caption: this.#caption(kind),
    });
  }

  #table(kind: CompositionKind) {
    return table({
      title: `${this.#title(kind)}: the greatest`,
      columns: [
        { name: "writer" },
        { name: "reader" },
        { name: "score" },
        { name: "more than random heads by" },
      ],
      rows: this.top(kind).map(({ writer, reader, score, excess }) => [
        headText(writer),
        headText(reader),
        score,
        excess,
      ]),
      ...codeOf(this, `.top("${kind}")[{row}]`),
      caption: this.#caption(kind),
    });
  }
}
