/**
 * The inverse of what need not have one.
 *
 * @module
 */

import * as tf from "../tf.ts";
import { type AlgebraOptions, eachMatrix, refuseOddOptions } from "./each_matrix.ts";
import { readMatrices, stacked, transposed } from "./matrix.ts";
import { scaledColumns } from "./signs.ts";

/** Options for {@linkcode pseudoInverse}. */
export interface PseudoInverseOptions extends AlgebraOptions {
  /**
   * Singular values of up to so much, as a share of the greatest, count as zero.
   *
   * @default {the larger of rows and columns, times the rounding of the numbers given: 2⁻²³, on the backend `float64` 2⁻⁵²}
   */
  readonly tolerance?: number;
}

/**
 * Inverts matrices as far as they can be (Moore and Penrose): A⁺ = V · diag(1 / S) · Uᵀ over the singular
 * values that do not count as zero, so that A · A⁺ · A = A.
 *
 * A singular value counts as zero up to max(rows, columns) · ε · S[0], unless `tolerance` says otherwise;
 * ε is the rounding of the numbers given, not of the computation, which is in double precision. It has no
 * gradient.
 *
 * @param a The matrices [..., rows, columns].
 * @param options The tolerance, and what stops the work.
 * @returns A⁺ [..., columns, rows], which the caller owns.
 * @throws {TypeError} If it is no tensor of numbers of rank 2 or more, or an option has another name.
 * @throws {RangeError} If a number is not finite, there is none, or the tolerance is outside its range.
 *
 * @example
 * ```ts
 * import { pseudoInverse, tf } from "@innerworks/innerworks";
 *
 * const inverse = await pseudoInverse(tf.tensor2d([[2, 0], [0, 0], [0, 4]]));
 * inverse.print(); // [[0.5, 0, 0], [0, 0, 0.25]]
 * ```
 */
export async function pseudoInverse(
  a: tf.Tensor,
  options: PseudoInverseOptions = {},
): Promise<tf.Tensor> {
  const purpose = "invert a matrix";
  refuseOddOptions(purpose, options, ["tolerance"]);
  const { batch, list, rows, columns } = await readMatrices(purpose, a);
  const { tolerance = defaultTolerance(rows, columns), signal } = options;
  if (!(tolerance >= 0 && tolerance < 1)) {
    throw new RangeError(
      `Cannot ${purpose} as tolerance must be from 0 to less than 1: current value is ${tolerance}`,
    );
  }
  const found = await eachMatrix(list, async (by, each) => {
    const parts = await by.svd(each);
    const factors = parts.values.map((value) =>
      value > tolerance * parts.values[0]! ? 1 / value : 0
    );
    return await by.multiply(scaledColumns(parts.right, factors), transposed(parts.left));
  }, signal);
  return stacked(batch, found.map(({ values }) => values), [columns, rows]);
}

/**
 * Says which share of the greatest singular value counts as zero.
 *
 * @param rows How many rows the matrix has.
 * @param columns How many columns.
 * @returns max(rows, columns) · ε of the numbers that tensors hold.
 */
export function defaultTolerance(rows: number, columns: number): number {
  const rounding = tf.getBackend() === "float64" ? 2 ** -52 : 2 ** -23;
  return Math.max(rows, columns) * rounding;
}
