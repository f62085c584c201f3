/**
 * How often two lists put a pair of things in the same order.
 *
 * @module
 */

/**
 * Correlates the orders of two lists: Kendall's τ-b, the pairs that both lists order alike minus those that they order
 * otherwise, over what it could be at most given the ties in each list (Kendall 1945). Takes time as n log n (Knight
 * 1966).
 *
 * @param first Numbers.
 * @param second As many numbers.
 * @returns From −1 to 1; NaN of fewer than two numbers, where all of a list are equal, or where one is NaN.
 * @throws {RangeError} If there are not as many numbers in both.
 *
 * @example
 * ```ts
 * import { kendallCorrelation } from "@innerworks/innerworks";
 *
 * console.log(kendallCorrelation([1, 2, 3], [1, 3, 2])); // (2 − 1) / 3
 * ```
 */
export function kendallCorrelation(first: ArrayLike<number>, second: ArrayLike<number>): number {
  const count = first.length;
  if (second.length !== count) {
    throw new RangeError(
      `Cannot correlate as both lists must have as many numbers: there are ${count} and ${second.length}`,
    );
  }
  for (let i = 0; i < count; i++) if (Number.isNaN(first[i]! + second[i]!)) return NaN;
  const order = Uint32Array.from({ length: count }, (_, i) => i)
    .sort((i, j) => compare(first[i]!, first[j]!) || compare(second[i]!, second[j]!));
  const same = (list: ArrayLike<number>) => (i: number, j: number) =>
    list[order[i]!] === list[order[j]!];
  const inFirst = tied(count, same(first));
  const inBoth = tied(count, (i, j) => same(first)(i, j) && same(second)(i, j));
  const exchanged = sortBy(order, second);
  const inSecond = tied(count, same(second));
  const pairs = count * (count - 1) / 2;
  const difference = pairs - inFirst - inSecond + inBoth - 2 * exchanged;
  return difference / Math.sqrt((pairs - inFirst) * (pairs - inSecond));
}

/** The order of two numbers. Infinities are equal to themselves, which a difference would not say. */
const compare = (a: number, b: number): number => a < b ? -1 : a > b ? 1 : 0;

/** How many pairs are tied, where those that are stand side by side. */
function tied(count: number, same: (i: number, j: number) => boolean): number {
  let [pairs, run] = [0, 0];
  for (let i = 1; i < count; i++) {
    run = same(i - 1, i) ? run + 1 : 0;
    pairs += run;
  }
  return pairs;
}

/** Sorts places by a list, by merging, and counts how many pairs change their order. */
function sortBy(order: Uint32Array, list: ArrayLike<number>): number {
  const count = order.length, other = new Uint32Array(count);
  let exchanged = 0;
  for (let width = 1; width < count; width *= 2) {
    for (let start = 0; start < count; start += 2 * width) {
      const middle = Math.min(start + width, count), end = Math.min(start + 2 * width, count);
      for (let at = start, i = start, j = middle; at < end; at++) {
        if (i < middle && (j >= end || list[order[i]!]! <= list[order[j]!]!)) {
          other[at] = order[i++]!;
        } else {
          exchanged += middle - i;
          other[at] = order[j++]!;
        }
      }
    }
    order.set(other);
  }
  return exchanged;
}
