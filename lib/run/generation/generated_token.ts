/**
 * What is known of a generated token.
 *
 * @module
 */

import type { Transformer } from "../../model/mod.ts";
import { greatest, type NextToken, rankOf, shownToken } from "../next_tokens.ts";
import { logSumExp } from "../run_result.ts";

/** A generated token, with what the model thought of it and of others in its place. */
export interface GeneratedToken extends NextToken {
  /** The logarithm of its probability: of the model's own, before any penalty or warping. */
  readonly logProbability: number;
  /**
   * The probability with which it was chosen, after penalty and warping: 1 where the likeliest was taken, NaN where texts
   * were searched for.
   */
  readonly drawProbability: number;
  /** The likeliest tokens in its place, by the model's own probabilities. */
  readonly best: readonly NextToken[];
}

/** How many of the likeliest tokens stand beside each generated one. */
const alternatives = 5;

/**
 * Rates a token by the logits that it was chosen from.
 *
 * @param model The model whose token it is.
 * @param logits The model's own logits `[vocabulary]`.
 * @param id The token.
 * @param drawProbability The probability with which it was chosen.
 * @returns The token with its rank, its probability and its likeliest alternatives.
 */
export function generatedToken(
  model: Transformer,
  logits: Float32Array,
  id: number,
  drawProbability: number,
): GeneratedToken {
  const total = logSumExp(logits, 0, logits.length);
  const rated = (id: number, rank: number): NextToken => ({
    rank,
    token: shownToken(model, id),
    id,
    logit: logits[id]!,
    probability: Math.exp(logits[id]! - total),
  });
  const best = greatest(logits, Math.min(alternatives, logits.length));
  // Tokens of equal logits share the better rank, and equals stand side by side.
  const rankOfBest = (id: number) => 1 + best.findIndex((other) => logits[other] === logits[id]);
  return {
    ...rated(id, best.includes(id) ? rankOfBest(id) : rankOf(logits, id)),
    logProbability: logits[id]! - total,
    drawProbability,
    best: best.map((id) => rated(id, rankOfBest(id))),
  };
}
