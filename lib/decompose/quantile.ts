/**
 * Quantiles of a few numbers.
 *
 * @module
 */

/**
 * The value that a share of numbers lies under, between two of them where need be (the method R-7).
 *
 * @param values The numbers, in any order.
 * @param share From 0 to 1; 0.5 is the median.
 * @returns The quantile; NaN of no numbers, or where one of them is NaN.
 */
export function quantile(values: ArrayLike<number>, share: number): number {
  const ordered = Float64Array.from(values).sort();
  // What is NaN comes last.
  if (ordered.length === 0 || Number.isNaN(ordered.at(-1)!)) return NaN;
  const place = share * (ordered.length - 1), below = Math.floor(place);
  const from = ordered[below]!, to = ordered[Math.min(below + 1, ordered.length - 1)]!;
  return from + (place - below) * (to - from);
}
