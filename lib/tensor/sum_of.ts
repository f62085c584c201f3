/**
 * Long sums of tensors in little memory.
 *
 * @module
 */

import * as tf from "./tfjs.ts";

/**
 * Adds up the terms of a series, holding two of them at a time however long it is.
 *
 * @param count The number of terms, at least 1.
 * @param term Makes the term at an index from 0 to `count - 1`.
 * @returns The sum, shaped like a term.
 * @throws {RangeError} If `count` is not a positive integer.
 *
 * @example Usage
 * ```ts
 * import { sumOf, tf } from "@innerworks/innerworks";
 *
 * sumOf(4, (index) => tf.scalar(index)).print(); // 6
 * ```
 */
export function sumOf<T extends tf.Tensor>(count: number, term: (index: number) => T): T {
  if (!Number.isInteger(count) || count < 1) {
    throw new RangeError(
      `Cannot add up terms as count must be a positive integer: current value is ${count}`,
    );
  }
  let sum = tf.tidy(() => term(0));
  for (let index = 1; index < count; index++) {
    const next = tf.tidy(() => sum.add<T>(term(index)));
    sum.dispose();
    sum = next;
  }
  return sum;
}
