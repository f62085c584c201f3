/**
 * What one row of logits says.
 *
 * @module
 */

import type { Transformer } from "../model/mod.ts";
import { greatest, type NextToken, shownToken } from "../run/mod.ts";

/** A token with its place among all of the vocabulary, and the logarithm of its probability. */
export interface LensToken extends NextToken {
  /** The logarithm of its probability, in nats. */
  readonly logProbability: number;
}

/** What is read off one vector. */
export interface RowReading {
  /** The likeliest tokens, the likeliest first. */
  readonly top: readonly LensToken[];
  /** The tokens that were asked about, in the order given. */
  readonly tracked: readonly LensToken[];
  /** The entropy of the prediction, in nats. */
  readonly entropy: number;
}

/** What is asked of a row. */
export interface RowQuestions {
  /** How many of the likeliest tokens are listed. */
  readonly top: number;
  /** The ids of the tokens that are asked about. */
  readonly tracked: readonly number[];
}

/**
 * Reads one row of logits, in double precision.
 *
 * @param model The model whose vocabulary it is.
 * @param logits The logits `[vocabulary]`.
 * @param questions What is listed.
 */
export function rowReading(
  model: Transformer,
  logits: Float32Array,
  { top, tracked }: RowQuestions,
): RowReading {
  const { total, entropy } = measured(logits);
  const token = (id: number, rank: number): LensToken => {
    const logProbability = logits[id]! - total;
    return {
      rank,
      token: shownToken(model, id),
      id,
      logit: logits[id]!,
      probability: Math.exp(logProbability),
      logProbability,
    };
  };
  return {
    top: greatest(logits, top).map((id) => token(id, rankIn(logits, id))),
    tracked: tracked.map((id) => token(id, rankIn(logits, id))),
    entropy,
  };
}

/** 1 more than the number of greater logits. */
function rankIn(logits: Float32Array, id: number): number {
  const own = logits[id]!;
  let rank = 1;
  for (let i = 0; i < logits.length; i++) if (logits[i]! > own) rank++;
  return rank;
}

/** log Σ exp, with the greatest taken out first. */
export function logTotal(logits: Float32Array): number {
  return measured(logits).total;
}

/** log Σ exp and −Σ p · log p in one go; a token of probability 0 adds nothing to either. */
function measured(logits: Float32Array): { readonly total: number; readonly entropy: number } {
  let most = -Infinity, sum = 0, weighted = 0;
  for (let i = 0; i < logits.length; i++) if (logits[i]! > most) most = logits[i]!;
  for (let i = 0; i < logits.length; i++) {
    const below = logits[i]! - most;
    if (below === -Infinity) continue;
    const power = Math.exp(below);
    sum += power;
    weighted += power * below;
  }
  return { total: most + Math.log(sum), entropy: Math.log(sum) - weighted / sum };
}

/** The logarithms of the sums of two rows of powers, where they are known. */
export interface Totals {
  /** That of p. */
  readonly expected: number;
  /** That of q. */
  readonly found: number;
}

/**
 * Measures the Kullback–Leibler divergence Σ p · log(p / q) of two rows of logits, in nats.
 *
 * @param expected The logits of p, which is taken for true.
 * @param found The logits of q.
 * @param totals log Σ exp of both, if it is known.
 */
export function divergence(
  expected: Float32Array,
  found: Float32Array,
  totals: Totals = { expected: logTotal(expected), found: logTotal(found) },
): number {
  let sum = 0;
  for (let i = 0; i < expected.length; i++) {
    const logProbability = expected[i]! - totals.expected;
    if (logProbability === -Infinity) continue;
    sum += Math.exp(logProbability) * (logProbability - (found[i]! - totals.found));
  }
  return sum;
}
