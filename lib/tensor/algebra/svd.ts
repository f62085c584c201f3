/**
 * The singular value decomposition.
 *
 * @module
 */

import type * as tf from "../tf.ts";
import { type AlgebraOptions, eachMatrix, refuseOddOptions } from "./each_matrix.ts";
import { type Matrix, readMatrices, stacked } from "./matrix.ts";
import { columnSigns, scaledColumns } from "./signs.ts";
import type { SolvedSvd, Solver } from "./solver.ts";

/** A = U · diag(S) · Vᵀ, in tensors that the caller owns. */
export class Svd {
  /**
   * Puts the parts together.
   *
   * @param U The left singular vectors [..., rows, rank], as columns.
   * @param S The singular values [..., rank], descending.
   * @param V The right singular vectors [..., columns, rank], as columns.
   */
  constructor(readonly U: tf.Tensor, readonly S: tf.Tensor, readonly V: tf.Tensor) {}

  /** Frees the tensors. */
  dispose(): void {
    for (const tensor of [this.U, this.S, this.V]) tensor.dispose();
  }
}

/**
 * Takes the singular values and vectors of matrices: A = U · diag(S) · Vᵀ, thin, so that `rank` is the
 * smaller of rows and columns. Row i of A, read from the left as everywhere in the library, writes
 * Σ U[i, r] · S[r] · V[:, r]ᵀ: columns of U read, columns of V are written.
 *
 * Signs are chosen so that the entry of greatest size in each column of V is positive. Vectors of equal
 * singular values, and those of zero, are any orthonormal ones. It computes in double precision, by
 * LAPACK on the backend `native` and by ml-matrix on the others, and has no gradient.
 *
 * @param a The matrices [..., rows, columns].
 * @param options What stops the work.
 * @returns U, S and V.
 * @throws {TypeError} If it is no tensor of numbers of rank 2 or more.
 * @throws {RangeError} If a number is not finite, or there is none.
 *
 * @example
 * ```ts
 * import { svd, tf } from "@innerworks/innerworks";
 *
 * const parts = await svd(tf.tensor2d([[3, 0], [0, -2], [0, 0]]));
 * parts.S.print(); // [3, 2]
 * parts.dispose();
 * ```
 */
export async function svd(a: tf.Tensor, options: AlgebraOptions = {}): Promise<Svd> {
  const purpose = "take singular values of a matrix";
  refuseOddOptions(purpose, options);
  const { batch, list, rows, columns } = await readMatrices(purpose, a);
  const found = await eachMatrix(list, solveSvd, options.signal);
  const rank = Math.min(rows, columns);
  return new Svd(
    stacked(batch, found.map(({ left }) => left.values), [rows, rank]),
    stacked(batch, found.map(({ values }) => values), [rank]),
    stacked(batch, found.map(({ right }) => right.values), [columns, rank]),
  );
}

/**
 * Decomposes one matrix, with the signs that {@linkcode svd} chooses.
 *
 * @param by What computes.
 * @param of The matrix.
 * @returns The parts.
 */
export async function solveSvd(by: Solver, of: Matrix): Promise<SolvedSvd> {
  return withSigns(await by.svd(of));
}

/**
 * Chooses the signs of singular vectors.
 *
 * @param parts The parts, of any signs.
 * @returns The parts, the entry of greatest size in each right vector positive.
 */
export function withSigns({ left, values, right }: SolvedSvd): SolvedSvd {
  const signs = columnSigns(right);
  return { left: scaledColumns(left, signs), values, right: scaledColumns(right, signs) };
}
