/**
 * The tokens at both ends of a row of numbers over the vocabulary.
 *
 * @module
 */

import type { Transformer } from "../model/mod.ts";
import { shownToken } from "../run/mod.ts";
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
    ids.map((id): TokenScore => ({ token: shownToken(model, id), id, score: values[id]! }));
  const [greatest, least] = bothEnds(values, count);
  return { greatest: scored(greatest), least: scored(least) };
}

/** The indices of the greatest and of the least values in one pass; of equals the first first, and of NaN none. */
function bothEnds(values: ArrayLike<number>, count: number): [greatest: number[], least: number[]] {
  const greatest = new EndList(count), least = new EndList(count);
  // Bars in local variables: almost every value passes neither, and this loop sees billions of them.
  let high = greatest.bar, low = -least.bar;
  for (let i = 0, { length } = values; i < length; i++) {
    const value = values[i]!;
    if (value > high) high = greatest.add(value, i);
    if (value < low) low = -least.add(-value, i);
  }
  return [greatest.indices(), least.indices()];
}

/** The best of the values that it is given, in their order. */
class EndList {
  /** What a value must be above to be among the best. */
  bar: number;
  #held = 0;
  readonly #values: Float64Array;
  readonly #indices: Int32Array;

  constructor(count: number) {
    // −∞ is never among the best, and NaN is above nothing.
    this.bar = -Infinity;
    this.#values = new Float64Array(count);
    this.#indices = new Int32Array(count);
  }

  /** Takes a value above the bar, and gives the new bar. */
  add(value: number, index: number): number {
    const values = this.#values, indices = this.#indices, count = values.length;
    let place = this.#held === count ? count - 1 : this.#held++;
    for (; place > 0 && value > values[place - 1]!; place--) {
      values[place] = values[place - 1]!;
      indices[place] = indices[place - 1]!;
    }
    values[place] = value;
    indices[place] = index;
    if (this.#held === count) this.bar = values[count - 1]!;
    return this.bar;
  }

  indices(): number[] {
    return [...this.#indices.subarray(0, this.#held)];
  }
}

/**
 * The indices of the greatest values, or with a sign of −1 of the least; of equals the first first, and of NaN and the far
 * infinity none.
 *
 * @param values The values.
 * @param count How many.
 * @param sign Which end.
 */
export function furthest(values: ArrayLike<number>, count: number, sign: 1 | -1): number[] {
  const best = new EndList(count);
  for (let i = 0; i < values.length; i++) {
    const value = sign * values[i]!;
    if (value > best.bar) best.add(value, i);
  }
  return best.indices();
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
