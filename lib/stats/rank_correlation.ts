/**
 * How far two lists of numbers rise together.
 *
 * @module
 */

/**
 * Correlates the ranks of two lists: Spearman's coefficient. Equal numbers share the mean of their ranks.
 *
 * @param first Numbers.
 * @param second As many numbers.
 * @returns From −1 to 1; NaN of fewer than two numbers, where all of a list are equal, or where one is NaN.
 * @throws {RangeError} If there are not as many numbers in both.
 *
 * @example
 * ```ts
 * import { rankCorrelation } from "@innerworks/innerworks";
 *
 * console.log(rankCorrelation([1, 2, 3], [1, 10, 100])); // 1
 * ```
 */
export function rankCorrelation(first: ArrayLike<number>, second: ArrayLike<number>): number {
  return correlation(ranks(first), ranks(second));
}

/**
 * Correlates two lists of numbers: Pearson's coefficient.
 *
 * @param first Numbers.
 * @param second As many numbers.
 * @returns From −1 to 1; NaN of fewer than two numbers, where all of a list are equal, or where one is NaN.
 * @throws {RangeError} If there are not as many numbers in both.
 *
 * @example
 * ```ts
 * import { correlation } from "@innerworks/innerworks";
 *
 * console.log(correlation([1, 2, 3], [6, 4, 2])); // -1
 * ```
 */
export function correlation(first: ArrayLike<number>, second: ArrayLike<number>): number {
  const count = first.length;
  if (second.length !== count) {
    throw new RangeError(
      `Cannot correlate as both lists must have as many numbers: there are ${count} and ${second.length}`,
    );
  }
  const mean = (values: ArrayLike<number>) => {
    let sum = 0;
    for (let i = 0; i < count; i++) sum += values[i]!;
    return sum / count;
  };
  const [x, y] = [mean(first), mean(second)];
  let across = 0, left = 0, right = 0;
  for (let i = 0; i < count; i++) {
    const [a, b] = [first[i]! - x, second[i]! - y];
    across += a * b;
    left += a * a;
    right += b * b;
  }
  return across / Math.sqrt(left * right);
}

/** The ranks of numbers, from 1 on; equal ones share the mean of theirs. */
function ranks(values: ArrayLike<number>): Float64Array {
  const order = Uint32Array.from(values, (_, i) => i).sort((i, j) => values[i]! - values[j]!);
  const found = new Float64Array(values.length);
  for (let from = 0; from < order.length;) {
    let to = from + 1;
    while (to < order.length && values[order[to]!] === values[order[from]!]) to++;
    for (let i = from; i < to; i++) found[order[i]!] = (from + to + 1) / 2;
    from = to;
  }
  return Array.prototype.some.call(values, Number.isNaN) ? found.fill(NaN) : found;
}
