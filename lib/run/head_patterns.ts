/**
 * What each head does with its attention, in one number a kind.
 *
 * @module
 */

import {
  display,
  type Document,
  heatMap,
  inspect,
  LongTable,
  sideBySide,
  table,
} from "../show/mod.ts";
import type { AttentionPatterns } from "./attention_patterns.ts";

/** What heads are measured by. */
const kinds = {
  previous: "weight on the previous token, queries from the third token on",
  first: "weight on the first token, queries from the second token on",
  itself: "weight on the query's own token, queries from the second token on",
  copies: "weight on earlier tokens of the query's own id, queries that have some",
  induction:
    "weight on what followed the last earlier copy of the query's token, queries that have one",
  entropy: "entropy of the weights, queries from the second token on, in nats",
  distance: "mean distance of the keys, queries from the second token on, in tokens",
} as const;

/** The same in a few words, for headings. */
const titles: Readonly<Record<HeadKind, string>> = {
  previous: "attention to the previous token",
  first: "attention to the first token",
  itself: "attention to the query's own token",
  copies: "attention to earlier copies of the token",
  induction: "attention to what followed an earlier copy",
  entropy: "how widely it attends",
  distance: "how far back it attends",
};

/** Names what heads are measured by. */
export type HeadKind = keyof typeof kinds;

/** Heads, each by several kinds of attention. */
export class HeadPatterns {
  /** The layers. */
  readonly layers: readonly number[];
  /** How many heads a layer has. */
  readonly heads: number;
  /** Of each kind a number for each layer and head, `[layer, head]`; NaN where no query has what the kind asks for. */
  readonly values: Readonly<Record<HeadKind, Float64Array>>;
  /** What a head without preferences would have, each query looking at every key up to itself alike. */
  readonly baseline: Readonly<Record<HeadKind, number>>;
  /** Where the numbers come from, in one line. */
  readonly source: string;

  /** The expression of the patterns. */
  readonly code: string;

  /** Measures all heads of some patterns. */
  constructor(patterns: AttentionPatterns) {
    const { layers, heads, prompt: { ids }, source } = patterns, size = ids.length;
    const even = Float64Array.from(
      { length: size * size },
      (_, i) => i % size <= Math.floor(i / size) ? 1 / (Math.floor(i / size) + 1) : 0,
    );
    const measure = (kind: HeadKind, weights: ArrayLike<number>, start: number) =>
      measured(kind, { weights, start, ids });
    const each = <T>(make: (kind: HeadKind) => T): Record<HeadKind, T> =>
      Object.fromEntries(
        Object.keys(kinds).map((kind) => [kind, make(kind as HeadKind)]),
      ) as Record<HeadKind, T>;
    this.layers = layers;
    this.heads = heads;
    this.source = source;
    this.code = patterns.code;
    this.baseline = each((kind) => measure(kind, even, 0));
    this.values = each((kind) =>
      Float64Array.from(
        { length: layers.length * heads },
        (_, at) =>
          measure(kind, patterns.patterns[Math.floor(at / heads)]!, (at % heads) * size * size),
      )
    );
  }

  /** Draws a grid of heads for each kind. */
  async [display](): Promise<Document> {
    const { layers, heads, values, baseline, source } = this;
    return await sideBySide(
      (Object.keys(kinds) as HeadKind[]).filter((kind) => values[kind].some(Number.isFinite)).map((
        kind,
      ) =>
        heatMap({
          title: `${kind}: ${titles[kind]}`,
          values: values[kind],
          rows: { name: "layer", labels: layers.map(String) },
          columns: { name: "head", labels: Array.from({ length: heads }, (_, i) => String(i)) },
          label: kinds[kind],
          // The baseline must have a colour, and nothing is less than 0.
          domain: [0, Math.max(baseline[kind], ...values[kind].filter(Number.isFinite))],
          ticks: [{ label: "even attention", value: baseline[kind] }],
          caption: `${source} · each kind has a scale of its own`,
          code: `headPatterns(${this.code}).values.${kind}[{row} * ${heads} + {column}]`,
        })
      ),
    )[display]();
  }

  /** Shows the numbers in a terminal. */
  [inspect](): string {
    const names = Object.keys(kinds) as HeadKind[];
    return table({
      title: "Heads by what they attend to",
      columns: ["head", ...names].map((name) => ({ name })),
      rows: [
        ["even attention", ...names.map((kind) => this.baseline[kind])],
        ...this.layers.flatMap((layer, at) =>
          Array.from({ length: this.heads }, (_, head) => [
            `${layer}.${head}`,
            ...names.map((kind) => this.values[kind][at * this.heads + head]!),
          ])
        ),
      ],
    })["text/plain"];
  }

  /** The numbers as rows: of every layer and head each kind, beside what even attention would have. */
  table(): LongTable {
    const { layers, heads, values, baseline } = this, names = Object.keys(kinds) as HeadKind[];
    return new LongTable(
      "heads by what they attend to",
      "layer head kind value even_attention".split(" "),
      () =>
        layers.flatMap((layer, at) =>
          Array.from({ length: heads }, (_, head) =>
            names.map((kind) => [
              layer,
              head,
              kind,
              values[kind][at * heads + head]!,
              baseline[kind],
            ])).flat()
        ),
    );
  }

  /** The numbers as plain data. */
  toJSON(): Record<string, unknown> {
    const lists = Object.entries(this.values).map(([kind, values]) => [kind, [...values]]);
    const { layers, heads, baseline, source } = this;
    return { layers, heads, baseline, source, values: Object.fromEntries(lists) };
  }
}

/**
 * Measures every head of some patterns by where it looks: at the previous token, the first, its own, at earlier copies of its
 * token, at what followed one (Olsson et al. 2022), and how widely. Each is a mean over the queries that can; beside each stands
 * what even attention would have. One prompt says little: a head is what it does on many.
 *
 * @param patterns The attention of one prompt.
 * @returns A number for each head and kind.
 *
 * @example
 * ```ts
 * import { attentionPatterns, headPatterns, load } from "@innerworks/innerworks";
 * const model = await load("seedling");
 * const { values } = headPatterns(await attentionPatterns(model, "Mary had a lamb. Mary had a lamb"));
 * if (!values.induction.some((weight) => weight > 0.2)) throw new Error("some head should do it");
 * ```
 */
export function headPatterns(patterns: AttentionPatterns): HeadPatterns {
  return new HeadPatterns(patterns);
}

/** One number for one head. */
function measured(
  kind: HeadKind,
  { weights, start, ids }: {
    weights: ArrayLike<number>;
    start: number;
    ids: readonly number[];
  },
): number {
  const size = ids.length;
  let [sum, count] = [0, 0];
  for (let query = kind === "previous" ? 2 : 1; query < size; query++) {
    const weight = (key: number): number => weights[start + query * size + key]!;
    const value = ofQuery(kind, { query, ids, weight });
    if (value === undefined) continue;
    sum += value;
    count++;
  }
  return sum / count;
}

/** What one query has; undefined where it cannot have it. */
function ofQuery(
  kind: HeadKind,
  { query, ids, weight }: {
    query: number;
    ids: readonly number[];
    weight: (key: number) => number;
  },
): number | undefined {
  const keys = Array.from({ length: query + 1 }, (_, key) => key);
  const copies = keys.slice(0, -1).filter((key) => ids[key] === ids[query]);
  const add = (each: (key: number) => number): number =>
    keys.reduce((sum, key) => sum + each(key), 0);
  switch (kind) {
    case "previous":
      return weight(query - 1);
    case "first":
      return weight(0);
    case "itself":
      return weight(query);
    case "copies":
      return copies.length === 0 ? undefined : copies.reduce((sum, key) => sum + weight(key), 0);
    case "induction":
      return copies.length === 0 ? undefined : weight(copies.at(-1)! + 1);
    case "entropy":
      return add((key) => weight(key) > 0 ? -weight(key) * Math.log(weight(key)) : 0);
    case "distance":
      return add((key) => weight(key) * (query - key)) / add(weight);
  }
}
