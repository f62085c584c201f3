/**
 * Eigenvalues and eigenvectors of symmetric matrices.
 *
 * @module
 */

import * as tf from "../tf.ts";
import { type AlgebraOptions, eachMatrix, refuseOddOptions } from "./each_matrix.ts";
import { type Matrix, matrix, readMatrices, refuseOblong, stacked } from "./matrix.ts";
import { columnSigns, scaledColumns } from "./signs.ts";

/** A = vectors · diag(values) · vectorsᵀ, in tensors that the caller owns. */
export class SymmetricEigen {
  /**
   * Puts the parts together.
   *
   * @param values The eigenvalues [..., rank], descending.
   * @param vectors The orthonormal eigenvectors [..., rank, rank], as columns.
   */
  constructor(readonly values: tf.Tensor, readonly vectors: tf.Tensor) {}

  /** Frees the tensors. */
  dispose(): void {
    this.values.dispose();
    this.vectors.dispose();
  }
}

/**
 * Takes the eigenvalues of symmetric matrices, in descending order, and their eigenvectors.
 *
 * A matrix that is symmetric but for rounding, to 1e-5 of its greatest entry (1e-10 on the backend
 * `float64`), is taken as (A + Aᵀ) / 2. The entry of greatest size in each vector is positive. It
 * computes in double precision, by LAPACK on the backend `native` and by ml-matrix on the others, and
 * has no gradient.
 *
 * @param a The matrices [..., rank, rank].
 * @param options What stops the work.
 * @returns Eigenvalues and vectors.
 * @throws {TypeError} If it is no tensor of square matrices.
 * @throws {RangeError} If a matrix is not symmetric, a number is not finite, or there is none.
 *
 * @example
 * ```ts
 * import { symmetricEigen, tf } from "@innerworks/innerworks";
 *
 * const { values } = await symmetricEigen(tf.tensor2d([[2, 1], [1, 2]]));
 * values.print(); // [3, 1]
 * ```
 */
export async function symmetricEigen(
  a: tf.Tensor,
  options: AlgebraOptions = {},
): Promise<SymmetricEigen> {
  const purpose = "take eigenvalues of a symmetric matrix";
  refuseOddOptions(purpose, options);
  const matrices = await readMatrices(purpose, a), { batch, list, rows } = matrices;
  refuseOblong(purpose, matrices);
  const found = await eachMatrix(list.map((each) => mirrored(purpose, each)), async (by, each) => {
    const { values, vectors } = await by.symmetric(each);
    const n = each.rows, turned = matrix(n, n, (i, j) => vectors.values[i * n + n - 1 - j]!);
    return {
      values: values.slice().reverse(),
      vectors: scaledColumns(turned, columnSigns(turned)),
    };
  }, options.signal);
  return new SymmetricEigen(
    stacked(batch, found.map(({ values }) => values), [rows]),
    stacked(batch, found.map(({ vectors }) => vectors.values), [rows, rows]),
  );
}

/**
 * Makes a matrix exactly symmetric that is so but for rounding.
 *
 * @param purpose What is done with it, for the error.
 * @param of The matrix.
 * @returns The mean of the matrix and its transpose.
 * @throws {RangeError} If it is not symmetric.
 */
export function mirrored(purpose: string, { values, rows: n }: Matrix): Matrix {
  const greatest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const tolerance = (tf.getBackend() === "float64" ? 1e-10 : 1e-5) * greatest;
  return matrix(n, n, (i, j) => {
    const [here, there] = [values[i * n + j]!, values[j * n + i]!];
    if (Math.abs(here - there) <= tolerance) return here / 2 + there / 2;
    throw new RangeError(
      `Cannot ${purpose} as it must be symmetric: at [${i}, ${j}] is ${here}, at [${j}, ${i}] is ${there}`,
    );
  });
}
