/**
 * Whether any of many cells differs from zero by more than the luckiest cell would by chance.
 *
 * @module
 */

import { type FlipOptions, flipSigns } from "./flip_signs.ts";

/** Options for {@linkcode signFlipTests}. */
export type SignFlipTestsOptions = FlipOptions;

/** What tests of many cells by flipped signs found. */
export interface SignFlipTests {
  /** The mean of each cell's differences, in their unit. */
  readonly means: Float64Array;
  /** How often chance alone gives one cell's mean as extreme: right for a cell chosen beforehand only. */
  readonly p: Float64Array;
  /** How often chance alone makes any cell as extreme: right however the cell was chosen. */
  readonly corrected: Float64Array;
  /** What counted as extreme. */
  readonly alternative: "two-sided" | "greater" | "less";
  /** How many differences a cell has. */
  readonly count: number;
  /** How many patterns of signs were looked at; all there are if `exact`. */
  readonly draws: number;
  /** Whether every pattern of signs was looked at. */
  readonly exact: boolean;
  /** The seed that patterns were drawn by, where they were. */
  readonly seed: number | null;
}

/**
 * Tests many cells at once, such as the heads of a grid, each by {@linkcode signFlipTest}, and corrects
 * for their number by the greatest statistic (Westfall and Young 1993): an example's sign is flipped in
 * all cells together, so that what they share stays, and `corrected` is how often the most extreme of
 * all cells is at least as extreme as a cell is.
 *
 * Cells are compared by the sum of their differences over the root of the sum of squares, which rises
 * with Student's t and does not depend on a cell's unit: a noisy cell does not drown the others.
 *
 * @param cells The differences [cell][example], the same examples in each, one unit a cell.
 * @param options The seed, and how much is drawn.
 * @returns Means and p of each cell; a cell that holds NaN has NaN, and takes no part in the correction.
 * @throws {RangeError} If there are no cells or no examples, cells differ in length, a difference is
 * infinite, or an option is outside its range.
 * @throws {TypeError} If an option or an alternative has another name.
 *
 * @example
 * ```ts
 * import { signFlipTests } from "@innerworks/innerworks";
 *
 * const { p, corrected } = await signFlipTests([[2, 1, 3, 2], [1, -1, 1, 0]], { seed: 1 });
 * console.log(p[0], corrected[0]); // 0.125 0.125
 * ```
 */
export async function signFlipTests(
  cells: readonly ArrayLike<number>[],
  options: SignFlipTestsOptions,
): Promise<SignFlipTests> {
  return await flipSigns("test cells", cells, options);
}
