/**
 * Why a query looks where it looks: its product with each key, dimension by dimension.
 *
 * @module
 */

import { codeOf, withOrigin } from "./origin.ts";
import { type Prompt, type PromptTokens, sourceLine, type Transformer } from "../model/mod.ts";
import {
  display,
  type Document,
  drawn,
  type DrawnDocument,
  type DrawnPromise,
  heatMap,
  inspect,
  refuseUnknownOptions,
} from "../show/mod.ts";
import { readNumbers } from "../tensor/mod.ts";
import { checkModel } from "./check_model.ts";
import { type Edit, editText } from "./edit.ts";
import { positionOf } from "./next_tokens.ts";
import { run } from "./run.ts";
import type { RunResult } from "./run_result.ts";

/** Which query {@linkcode queryKeys} reads. */
export interface QueryKeysOptions {
  /** The layer; negative ones count from the last. */
  readonly layer: number;
  /** The head; negative ones count from the last. */
  readonly head: number;
  /** The position of the query; negative ones count from the end. @default {-1} */
  readonly query?: number;
  /** What is changed. @default {nothing} */
  readonly edits?: readonly Edit[];
  /** Stops the run between two blocks. */
  readonly signal?: AbortSignal;
}

/** What there is of one query. */
export interface QueryKeysFacts {
  /** The prompt. */
  readonly prompt: PromptTokens;
  /** The layer. */
  readonly layer: number;
  /** The head. */
  readonly head: number;
  /** The position of the query. */
  readonly query: number;
  /** The query as it is multiplied, `[head_width]`. */
  readonly q: Float64Array;
  /** The keys, `[key, head_width]`, those up to the query. */
  readonly keys: Float64Array;
  /** The scores that the softmax reads, `[key]`. */
  readonly scores: Float64Array;
  /** The attention weights, `[key]`. */
  readonly weights: Float64Array;
  /** What the products are multiplied by before they are scores, such as 1 / √head_width. */
  readonly scale: number;
  /** The edits that were made. */
  readonly edits: readonly Edit[];
  /** Where the numbers come from, in one line. */
  readonly source: string;
}

/** One query of a head and its keys. */
export class QueryKeys {
  /** The vectors, scores and weights. */
  readonly facts: QueryKeysFacts;
  /** What each dimension adds to each score, `[key, head_width]`: query × key × scale. */
  readonly products: Float64Array;
  /**
   * What of each score the products are not, `[key]`: a position bias, a soft cap. Within rounding of 0 where a model has
   * neither.
   */
  readonly rest: Float64Array;

  /** Multiplies query and keys. */
  constructor(facts: QueryKeysFacts) {
    this.facts = facts;
    const { q, keys, scores, scale } = facts, width = q.length;
    this.products = keys.map((key, i) => key * q[i % width]! * scale);
    this.rest = scores.map((score, key) =>
      score - this.products.subarray(key * width, (key + 1) * width).reduce((a, b) => a + b, 0)
    );
  }

  /**
   * One part of the score of a key: what a dimension adds, `other` for what no dimension does, or the whole `score`.
   *
   * @param key The position of the key.
   * @param part Which part.
   */
  part(key: number, part: number | "other" | "score"): number {
    if (part === "other") return this.rest[key]!;
    return part === "score"
      ? this.facts.scores[key]!
      : this.products[key * this.facts.q.length + part]!;
  }

  /** The dimensions, those first whose products differ most from key to key. */
  get order(): number[] {
    const { q, scores } = this.facts, width = q.length;
    const spread = Array.from(q, (_, i) => {
      const column = Array.from(scores, (_, key) => this.products[key * width + i]!);
      const mean = column.reduce((a, b) => a + b, 0) / column.length;
      return column.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    });
    return [...spread.keys()].sort((a, b) => spread[b]! - spread[a]!);
  }

  /** Draws what each dimension adds to the score of each key, with scores and weights beside it. */
  [display](): Document {
    return this.#view()[display]();
  }

  /** Shows the greatest products in a terminal. */
  [inspect](): string {
    return this.#view()["text/plain"];
  }

  #view(): DrawnDocument {
    const { prompt, layer, head, query, q, scores, weights, edits, source } = this.facts;
    const { order, products, rest } = this, width = q.length;
    const columns = [...order.map((dimension) => `dimension ${dimension}`), "other", "score"];
    const values = Array.from(scores, (score, key) => [
      ...order.map((dimension) => products[key * width + dimension]!),
      rest[key]!,
      score,
    ]).flat();
    const weight = Array.from(weights, (weight) => weight.toFixed(3));
    return heatMap({
      title:
        `Head ${layer}.${head}: what each dimension adds to the score of each key for query ${query}`,
      values,
      rows: { name: "key", labels: prompt.tokens.slice(0, scores.length) },
      columns: { name: "part of the score", labels: columns },
      label: "query × key, scaled",
      ...codeOf(this, ".part({row}, {part})", {
        part: { by: "column", texts: [...order.map(String), '"other"', '"score"'] },
      }),
      // Single dimensions are small beside their sum.
      transform: "sqrt",
      notes: [{ name: "weight", texts: weight.flatMap((text) => columns.map(() => text)) }],
      caption: [
        source,
        "dimensions whose products differ most from key to key first; the softmax of the last column gives the weights",
        ...edits.map(editText),
      ].join(" · "),
    });
  }

  /** The numbers as plain data. */
  toJSON(): Record<string, unknown> {
    const { prompt, q, keys, scores, weights, edits: _, ...rest } = this.facts;
    return {
      ...rest,
      prompt: prompt.text,
      q: [...q],
      keys: [...keys],
      scores: [...scores],
      weights: [...weights],
    };
  }
}

/**
 * Reads one query of a head with its keys, as they are multiplied (after norms and rotation), and what each dimension of the
 * head adds to each score. As BertViz's neuron view, for every family and with what else goes into a score.
 *
 * @param model The model.
 * @param prompt One prompt.
 * @param options Which layer, head and query, and edits.
 * @returns Query, keys, products, scores and weights; the promise draws itself.
 * @throws {RangeError} If there is no such layer, head or position, or more than one prompt.
 *
 * @example
 * ```ts
 * import { load, queryKeys } from "@innerworks/innerworks";
 * const model = await load("seedling");
 * const prompt = "When Mary and John went to the store, John gave a key to";
 * const { rest } = await queryKeys(model, prompt, { layer: 3, head: 5 });
 * if (rest.some((part) => Math.abs(part) > 1e-4)) throw new Error("the products should be the scores");
 * ```
 */
export function queryKeys(
  model: Transformer,
  prompt: Prompt,
  options: QueryKeysOptions,
): DrawnPromise<QueryKeys> {
  return drawn(() => read(model, prompt, options));
}

async function read(
  model: Transformer,
  prompt: Prompt,
  options: QueryKeysOptions,
): Promise<QueryKeys> {
  const what = "read a query";
  checkModel(model, what);
  refuseUnknownOptions(what, options, ["layer", "head", "query", "edits", "signal"]);
  const { edits = [], signal } = options, { layers, heads, keyValueHeads } = model.architecture;
  const layer = indexOf("layer", options.layer, layers);
  const head = indexOf("head", options.head, heads);
  const prompts = model.tokenize(prompt);
  if (prompts.length !== 1) {
    throw new RangeError(
      `Cannot ${what} as there must be one prompt: current value is ${prompts.length}`,
    );
  }
  const query = positionOf(options.query ?? -1, prompts[0]!.ids.length);
  const last = (names: readonly string[]): string =>
    names.map((name) => `blocks.${layer}.attn.${name}`)
      .find((site) => model.match(`blocks.${layer}.attn.*`).includes(site as never))!;
  const sites = {
    q: last(["rot_q", "q_normed", "q_clipped", "q"]),
    k: last(["rot_k", "k_normed", "k_clipped", "k"]),
    scores: `blocks.${layer}.attn.scores`,
    pattern: `blocks.${layer}.attn.pattern`,
  };
  using result = await run(model, prompt, {
    capture: Object.values(sites),
    edits,
    ...signal ? { signal } : {},
  });
  const count = query + 1, keyHead = Math.floor(head * keyValueHeads / heads);
  const scores = rowsOf(result, sites.scores, { head, from: query, count: 1 }).subarray(0, count);
  const q = rowsOf(result, sites.q, { head, from: query, count: 1 });
  const keys = rowsOf(result, sites.k, { head: keyHead, from: 0, count });
  return withOrigin(
    new QueryKeys({
      prompt: prompts[0]!,
      layer,
      head,
      query,
      q,
      keys,
      scores,
      weights: rowsOf(result, sites.pattern, { head, from: query, count: 1 }).subarray(0, count),
      scale: model.architecture.attentionScales[layer]!,
      edits,
      source: sourceLine(model, { prompts }),
    }),
    model,
    { name: "queryKeys", given: { prompt: prompts, options }, prompts },
  );
}

/** Rows of a site's values, `[head, batch, row, …]`, of one head. */
function rowsOf(
  result: RunResult,
  site: string,
  { head, from, count }: { head: number; from: number; count: number },
): Float64Array {
  const value = result.cache.get(site), [, , rows, width] = value.shape as number[];
  const start = (head * rows! + from) * width!;
  return Float64Array.from(readNumbers(value).subarray(start, start + count * width!));
}

/** An index that there is. */
function indexOf(name: string, index: number, count: number): number {
  const at = index < 0 ? count + index : index;
  if (Number.isInteger(at) && at >= 0 && at < count) return at;
  throw new RangeError(
    `Cannot read a query as ${name} must be from ${-count} to ${
      count - 1
    }: current value is ${index}`,
  );
}
