/**
 * Deals out the rows of a batch so that none keeps its own.
 *
 * @module
 */

import { RandomStream } from "../stats/mod.ts";

/**
 * Draws an order of `count` things in which none stays in its place, each such order equally likely.
 *
 * @throws {RangeError} If there are fewer than two things, for then one must keep its place.
 */
export function derangement(count: number, seed: number): Int32Array {
  if (count < 2) {
    throw new RangeError(
      `Cannot resample from other rows of the batch as there must be at least 2: current batch is ${count}`,
    );
  }
  const random = new RandomStream(seed, "derangement");
  // One order in e has no fixed point, so a few draws are enough.
  for (;;) {
    const order = Int32Array.from(random.permutation(count));
    if (order.every((row, i) => row !== i)) return order;
  }
}
