/**
 * What a model says of the next token by the embedding of this one alone.
 *
 * Elhage et al., "A Mathematical Framework for Transformer Circuits", 2021: without attention and neurons, W_E · W_U is all there is,
 * and what it can learn are the frequencies of pairs of tokens. Where both are one matrix it is symmetric, and pairs are not.
 *
 * @module
 */

import type { Transformer } from "../model/mod.ts";
import { checkModel, type Examples, withOrigin } from "../run/mod.ts";
import { drawn, type DrawnPromise, refuseUnknownOptions } from "../show/mod.ts";
import { inSlices } from "../tensor/mod.ts";
import { corpusRows } from "./corpus_rows.ts";
import { DirectPath, type PairCounts } from "./direct_path_result.ts";
import { directRows } from "./token_products.ts";

/** Options for {@linkcode directPath}. */
export interface DirectPathOptions {
  /** The texts whose pairs of tokens are counted: texts or token ids, one after another. @default {seedling's held-out text} */
  readonly texts?: Examples;
  /**
   * Whether embeddings go through the last norm, each by its own scale, as they would if all blocks were taken out, or by W_U
   * alone as it stands.
   *
   * @default {"own"}
   */
  readonly norm?: "own" | "none";
  /** Stops the work between two slices. */
  readonly signal?: AbortSignal;
}

const purpose = "read the direct path";

/**
 * Reads the direct path, the log-probabilities that a model without its blocks would give to the token after each token, and
 * compares them with the pairs of tokens that occur in texts.
 *
 * Positions are left out. Rows are made as they are needed, never all at once. The score is the mean surprise of the second token of
 * each pair, in nats, beside three baselines that are taken from the same pairs: all tokens alike, the frequencies of second
 * tokens, and those of pairs, which no model of pairs can beat here.
 *
 * @param model The model.
 * @param options The texts, and what becomes of the last norm.
 * @returns Surprises, and rows of log-probabilities on demand; the promise draws itself.
 * @throws {TypeError} If there is no text that the model can read.
 * @throws {RangeError} If there is no pair of tokens.
 *
 * @example
 * ```ts
 * import { directPath, load } from "@innerworks/innerworks";
 * const path = await directPath(await load("seedling"), { texts: ["Once upon a time", "Once upon a hill"] });
 * if (!(path.surprise > path.baselines.pairs)) throw new Error("nothing beats the pairs themselves");
 * ```
 */
export function directPath(
  model: Transformer,
  options: DirectPathOptions = {},
): DrawnPromise<DirectPath> {
  return drawn(() => read(model, options));
}

async function read(model: Transformer, options: DirectPathOptions): Promise<DirectPath> {
  checkModel(model, purpose);
  refuseUnknownOptions(purpose, options, ["texts", "norm", "signal"]);
  const { texts, norm = "own", signal } = options;
  if (norm !== "own" && norm !== "none") {
    throw new TypeError(
      `Cannot ${purpose} as norm must be "own" or "none": current value is ${
        Deno.inspect(norm, { depth: 0 })
      }`,
    );
  }
  const { rows, source } = await corpusRows(model, texts, purpose, signal);
  const counts = pairCounts(rows);
  if (counts.pairs === 0) {
    throw new RangeError(
      `Cannot ${purpose} as there must be a pair of tokens in the texts: there is none`,
    );
  }
  const surprise = await inSlices(surpriseOf(model, counts, norm), signal);
  return withOrigin(new DirectPath(model, { source, norm, surprise }, counts), model, {
    name: "directPath",
    given: { options },
    prompts: rows.map((ids) => ({ ids })),
  });
}

/** Counts the pairs of tokens that follow each other. */
function pairCounts(rows: readonly (readonly number[])[]): PairCounts {
  const after = new Map<number, Map<number, number>>(), seconds = new Map<number, number>();
  let pairs = 0;
  for (const row of rows) {
    for (let i = 1; i < row.length; i++, pairs++) {
      const [first, second] = [row[i - 1]!, row[i]!];
      const own = after.get(first) ?? new Map<number, number>();
      after.set(first, own);
      own.set(second, (own.get(second) ?? 0) + 1);
      seconds.set(second, (seconds.get(second) ?? 0) + 1);
    }
  }
  return { after, seconds, pairs };
}

/** The mean surprise of all pairs, some first tokens at a time. */
function* surpriseOf(
  model: Transformer,
  { after, pairs }: PairCounts,
  norm: "own" | "none",
): Generator<void, number> {
  const { vocabulary } = model.architecture, firsts = [...after.keys()];
  const size = Math.max(1, Math.floor(2 ** 21 / vocabulary));
  let sum = 0;
  for (let from = 0; from < firsts.length; from += size, yield) {
    const ids = firsts.slice(from, from + size), values = directRows(model, ids, norm);
    ids.forEach((first, row) => {
      for (const [second, count] of after.get(first)!) {
        sum -= count * values[row * vocabulary + second]!;
      }
    });
  }
  return sum / pairs;
}
