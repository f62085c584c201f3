/**
 * Whether paired differences lie to one side of zero by more than chance.
 *
 * @module
 */

import { type FlipOptions, flipSigns } from "./flip_signs.ts";

/** Options for {@linkcode signFlipTest}. */
export type SignFlipTestOptions = FlipOptions;

/** What a test by flipped signs found. */
export interface SignFlipTest {
  /** The mean of the differences, in their unit. */
  readonly mean: number;
  /** How often chance alone gives a mean as extreme. */
  readonly p: number;
  /** What counted as extreme. */
  readonly alternative: "two-sided" | "greater" | "less";
  /** How many differences there were. */
  readonly count: number;
  /** How many patterns of signs were looked at; all there are if `exact`. */
  readonly draws: number;
  /** Whether every pattern of signs was looked at. */
  readonly exact: boolean;
  /** The seed that patterns were drawn by, where they were. */
  readonly seed: number | null;
}

/**
 * Tests whether the mean of paired differences is zero (Fisher 1935): if the two sides of a pair were
 * alike, each difference could as well have the other sign. So signs are flipped, and p is how often
 * the mean comes out at least as extreme.
 *
 * Of up to 12 differences all 2ⁿ patterns are looked at, and p is exact; of more, `draws` are drawn,
 * and p is (hits + 1) / (draws + 1), which is never 0 (Phipson and Smyth 2010). Means that differ by
 * less than 100 roundings of the sum of the sizes count as tied, and ties as extreme.
 *
 * @param differences The difference of each pair, in any unit.
 * @param options The seed, and how much is drawn.
 * @returns The mean and its p; both are NaN if a difference is.
 * @throws {RangeError} If there are no differences, one is infinite, or an option is outside its range.
 * @throws {TypeError} If an option or an alternative has another name.
 *
 * @example
 * ```ts
 * import { signFlipTest } from "@innerworks/innerworks";
 *
 * const { p } = await signFlipTest([2, 1, 3, 2], { seed: 1 });
 * console.log(p); // 0.125, as 2 of 16 patterns of signs have a mean of that size
 * ```
 */
export async function signFlipTest(
  differences: ArrayLike<number>,
  options: SignFlipTestOptions,
): Promise<SignFlipTest> {
  const found = await flipSigns("test differences", [differences], options);
  const { means, p, alternative, count, draws, exact, seed } = found;
  return { mean: means[0]!, p: p[0]!, alternative, count, draws, exact, seed };
}
