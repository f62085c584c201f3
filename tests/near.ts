/**
 * Comparison of many numbers at once, with the worst of them in the message.
 *
 * @module
 */

import { assert } from "./assert.ts";

/** The greatest distance between two lists of numbers; equal infinities and two NaNs are no distance apart. */
export function largestGap(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  let gap = actual.length === expected.length ? 0 : Infinity;
  for (let i = 0; i < expected.length && gap < Infinity; i++) {
    if (Object.is(actual[i], expected[i])) continue;
    const distance = Math.abs(actual[i]! - expected[i]!);
    gap = distance === distance ? Math.max(gap, distance) : Infinity;
  }
  return gap;
}

/** Fails unless every number is within a distance of the one that is expected. */
export function near(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: number,
  what = "the numbers",
): void {
  assert(
    actual.length === expected.length,
    `${what}: there are ${actual.length}, not ${expected.length}`,
  );
  const gap = largestGap(actual, expected);
  assert(gap <= tolerance, `${what}: the largest gap is ${gap}, which is over ${tolerance}`);
}

/** Fails unless two lists of numbers are equal bit for bit. */
export function same(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  what = "the numbers",
): void {
  assert(
    actual.length === expected.length,
    `${what}: there are ${actual.length}, not ${expected.length}`,
  );
  for (let i = 0; i < actual.length; i++) {
    assert(
      Object.is(actual[i], expected[i]),
      `${what}: number ${i} is ${actual[i]}, not ${expected[i]}`,
    );
  }
}
