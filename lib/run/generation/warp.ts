/**
 * What happens to the scores of the next token before one is chosen.
 *
 * The meaning and the order are those of the `transformers` library: first the repetition penalty, then, where a token is
 * drawn, temperature, top-k, top-p and min-p, each on what the one before left. Everything is computed in double
 * precision, where `transformers` computes in that of the logits.
 *
 * @module
 */

import { greatest } from "../next_tokens.ts";

/** How the distribution that a token is drawn from differs from the model's own. */
export interface Warping {
  /** What the scores are divided by: below 1 the likely get likelier, above 1 all get more alike. @default {1} */
  readonly temperature?: number;
  /** How many of the likeliest tokens may be drawn; those as likely as the last of them may be too. @default {all} */
  readonly topK?: number;
  /** The likeliest tokens whose probabilities just reach this sum may be drawn, one at least. @default {1} */
  readonly topP?: number;
  /** What a token's probability must be at least, as a share of the likeliest one's. @default {0} */
  readonly minP?: number;
}

/**
 * Makes tokens that the text already holds less likely: positive scores are divided by the penalty, others multiplied.
 * Each token counts once, however often it occurs.
 *
 * Keskar et al., "CTRL", 2019, https://arxiv.org/abs/1909.05858, section 4.1, with the sign rule of `transformers`.
 *
 * @param scores The scores of all tokens.
 * @param ids The tokens of prompt and text so far.
 * @param penalty The penalty; 1 changes nothing, below 1 repetition is favoured.
 * @returns The scores, changed in a copy.
 */
export function penalizeRepetition(
  scores: ArrayLike<number>,
  ids: Iterable<number>,
  penalty: number,
): Float64Array {
  const changed = Float64Array.from(scores);
  if (penalty === 1) return changed;
  for (const id of new Set(ids)) {
    const score = changed[id]!;
    changed[id] = score < 0 ? score * penalty : score / penalty;
  }
  return changed;
}

/**
 * Warps scores; a token that may not be drawn gets −∞.
 *
 * @param scores The scores of all tokens.
 * @param warping Temperature, top-k, top-p and min-p.
 * @returns The scores, changed in a copy.
 */
export function warp(scores: ArrayLike<number>, warping: Warping): Float64Array {
  const { temperature = 1, topK, topP = 1, minP = 0 } = warping;
  const changed = Float64Array.from(scores);
  if (temperature !== 1) {
    for (let i = 0; i < changed.length; i++) changed[i]! /= temperature;
  }
  if (topK !== undefined) keepTopK(changed, topK);
  if (topP < 1) keepTopP(changed, topP);
  if (minP > 0) keepMinP(changed, minP);
  return changed;
}

/** Up to so many scores are picked one by one, which is faster than sorting all. */
const few = 200;

/** Leaves the greatest scores, and those that equal the last of them. */
function keepTopK(scores: Float64Array, count: number): void {
  if (count >= scores.length) return;
  const border = count <= few
    ? scores[greatest(scores, count).at(-1)!]!
    : scores.toSorted()[scores.length - count]!;
  for (let i = 0; i < scores.length; i++) if (scores[i]! < border) scores[i] = -Infinity;
}

/**
 * Takes away the least likely tokens as long as their sum is at most the rest. Of equals at the border the lower ids go
 * first, as a stable ascending sort has them.
 */
function keepTopP(scores: Float64Array, sum: number): void {
  const probabilities = softmax(scores);
  // So unlikely that all of them together would go: most of a vocabulary, which need not be sorted.
  const least = (1 - sum) / scores.length;
  let gone = 0, place = 0;
  const ascending = scores.filter((_, i) => {
    if (probabilities[i]! > least) return true;
    gone += probabilities[i]!;
    return false;
  }).sort();
  const best = ascending.at(-1)!, share = probabilities[scores.indexOf(best)]!;
  const probabilityOf = (score: number) => share * Math.exp(score - best);
  while (place < ascending.length - 1 && (gone += probabilityOf(ascending[place]!)) <= 1 - sum) {
    place++;
  }
  const border = ascending[place]!;
  let equals = place - ascending.indexOf(border);
  for (let i = 0; i < scores.length; i++) {
    if (scores[i]! < border || scores[i] === border && equals-- > 0) scores[i] = -Infinity;
  }
}

/** Leaves what is at least a share as likely as the likeliest. */
function keepMinP(scores: Float64Array, share: number): void {
  // Probabilities are to each other as the exponentials of differences of scores, so that no sum is needed.
  const border = greatestOf(scores) + Math.log(share);
  for (let i = 0; i < scores.length; i++) if (scores[i]! < border) scores[i] = -Infinity;
}

/**
 * The probabilities of scores, in double precision and with the greatest score taken out first.
 *
 * @param scores The scores; −∞ has a probability of 0.
 * @returns Probabilities that add up to 1; all NaN where a score is NaN or +∞, or none is finite.
 */
export function softmax(scores: ArrayLike<number>): Float64Array {
  const greatest = greatestOf(scores), probabilities = new Float64Array(scores.length);
  let sum = 0;
  for (let i = 0; i < scores.length; i++) {
    sum += probabilities[i] = Math.exp(scores[i]! - greatest);
  }
  for (let i = 0; i < scores.length; i++) probabilities[i]! /= sum;
  return probabilities;
}

function greatestOf(scores: ArrayLike<number>): number {
  let greatest = -Infinity;
  for (let i = 0; i < scores.length; i++) if (scores[i]! > greatest) greatest = scores[i]!;
  return greatest;
}
