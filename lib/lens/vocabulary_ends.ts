/**
 * The tokens at both ends of a row of numbers over the vocabulary.
 *
 * @module
 */

import type { Transformer } from "../model/mod.ts";
import type { ShownToken } from "../show/mod.ts";

/** A token with what a direction gives it. */
export interface TokenScore {
  /** The token. */
  readonly token: ShownToken;
  /** Its id. */
  readonly id: number;
  /** Its number: a logit, a product, as the holder says. */
  readonly score: number;
}

/** The tokens at the two ends of the vocabulary. */
export interface VocabularyEnds {
  /** The tokens of the greatest numbers, the greatest first. */
  readonly greatest: readonly TokenScore[];
  /** The tokens of the least numbers, the least first. */
  readonly least: readonly TokenScore[];
}

/**
 * Finds the tokens at both ends of a row.
 *
 * @param model The model, for its tokens.
 * @param values A number for each row of the vocabulary.
 * @param count How many at each end.
 */
export function vocabularyEnds(
  model: Transformer,
  values: ArrayLike<number>,
  count: number,
): VocabularyEnds {
  const scored = (ids: readonly number[]) =>
    ids.map((id): TokenScore => ({ token: vocabularyToken(model, id), id, score: values[id]! }));
  return {
    greatest: scored(furthest(values, count, 1)),
    least: scored(furthest(values, count, -1)),
  };
}

/**
 * The indices of the greatest values, or with a sign of −1 of the least; of equals the first first, and of NaN none.
 *
 * @param values The values.
 * @param count How many.
 * @param sign Which end.
 */
export function furthest(values: ArrayLike<number>, count: number, sign: 1 | -1): number[] {
  const best: number[] = [], held: number[] = [];
  let bar = -Infinity;
  for (let i = 0; i < values.length; i++) {
    const value = sign * values[i]!;
    if (best.length === count ? !(value > bar) : Number.isNaN(value)) continue;
    let place = best.length === count ? count - 1 : best.length;
    for (; place > 0 && value > held[place - 1]!; place--) {
      held[place] = held[place - 1]!;
      best[place] = best[place - 1]!;
    }
    held[place] = value;
    best[place] = i;
    if (best.length === count) bar = held[count - 1]!;
  }
  return best;
}

/** A token of the vocabulary as it is shown; by number where the model has no tokenizer, or none for the row. */
export function vocabularyToken({ tokenizer }: Transformer, id: number): ShownToken {
  return tokenizer && id < tokenizer.vocabularySize ? tokenizer.token(id) : { text: `#${id}`, id };
}

/**
 * Checks how many tokens are to be listed.
 *
 * @throws {RangeError} If it is no whole number from 1 to the size of the vocabulary.
 */
export function checkCount(model: Transformer, count: unknown, purpose: string): void {
  const { vocabulary } = model.architecture;
  if (Number.isInteger(count) && (count as number) >= 1 && (count as number) <= vocabulary) return;
  throw new RangeError(
    `Cannot ${purpose} as count must be from 1 to ${vocabulary}, the vocabulary: current value is ${count}`,
  );
}
