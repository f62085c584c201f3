/**
 * The root of a positive definite matrix.
 *
 * @module
 */

import type * as tf from "../tf.ts";
import { type AlgebraOptions, eachMatrix, refuseOddOptions } from "./each_matrix.ts";
import { readMatrices, refuseOblong, stacked } from "./matrix.ts";
import { mirrored } from "./symmetric_eigen.ts";

/**
 * Factors positive definite matrices: A = L · Lᵀ, L zero above its positive diagonal.
 *
 * A matrix that is symmetric but for rounding is taken as {@linkcode symmetricEigen} does. It computes in
 * double precision, by LAPACK on the backend `native` and in plain loops on the others, and has no
 * gradient.
 *
 * @param a The matrices [..., rank, rank].
 * @param options What stops the work.
 * @returns L [..., rank, rank], which the caller owns.
 * @throws {TypeError} If it is no tensor of square matrices.
 * @throws {RangeError} If a matrix is not symmetric or not positive definite, a number is not finite, or
 * there is none.
 *
 * @example
 * ```ts
 * import { cholesky, tf } from "@innerworks/innerworks";
 *
 * const root = await cholesky(tf.tensor2d([[4, 2], [2, 5]]));
 * root.print(); // [[2, 0], [1, 2]]
 * ```
 */
export async function cholesky(a: tf.Tensor, options: AlgebraOptions = {}): Promise<tf.Tensor> {
  const purpose = "factor a matrix into L and its transpose";
  refuseOddOptions(purpose, options);
  const matrices = await readMatrices(purpose, a), { batch, list, rows } = matrices;
  refuseOblong(purpose, matrices);
  const found = await eachMatrix(
    list.map((each) => mirrored(purpose, each)),
    async (by, each, index) => {
      const lower = await by.cholesky(each);
      if (typeof lower !== "number") return lower;
      const which = list.length === 1 ? "" : ` of matrix ${index}`;
      throw new RangeError(
        `Cannot ${purpose} as it must be positive definite: pivot ${lower}${which} is not positive`,
      );
    },
    options.signal,
  );
  return stacked(batch, found.map(({ values }) => values), [rows, rows]);
}
