/**
 * How fast a number grows from layer to layer.
 *
 * @module
 */

/** A line fitted to the logarithms of numbers. */
export interface GrowthRate {
  /** What a number is multiplied by from one layer to the next; 1 where nothing grows. */
  readonly rate: number;
  /** The number that the line has at layer 0. */
  readonly start: number;
  /** The share of the logarithms' variance that lies on the line, from 0 to 1; NaN where they are all one number. */
  readonly explained: number;
}

/**
 * Fits geometric growth: exp of the least-squares slope of log(value) against the layer.
 *
 * @param values A positive number for each layer, in order.
 * @returns The rate, where the line begins, and how much of the variance it explains; NaN where fewer than two numbers are
 * positive and finite. Others are passed over.
 *
 * @example
 * ```ts
 * import { growthRate } from "@innerworks/innerworks";
 * const { rate } = growthRate([1, 2, 4, 8]);
 * if (Math.abs(rate - 2) > 1e-12) throw new Error("it doubles");
 * ```
 */
export function growthRate(values: ArrayLike<number>): GrowthRate {
  const points = Array.from(values, (value, layer) => [layer, Math.log(value)] as const)
    .filter(([, log]) => Number.isFinite(log));
  const count = points.length;
  if (count < 2) return { rate: NaN, start: NaN, explained: NaN };
  const mean = (place: 0 | 1) => points.reduce((sum, point) => sum + point[place], 0) / count;
  const x = mean(0), y = mean(1);
  let across = 0, spread = 0, total = 0;
  for (const [layer, log] of points) {
    across += (layer - x) * (log - y);
    spread += (layer - x) ** 2;
    total += (log - y) ** 2;
  }
  const slope = across / spread;
  return {
    rate: Math.exp(slope),
    start: Math.exp(y - slope * x),
    explained: total > 0 ? slope * across / total : NaN,
  };
}
