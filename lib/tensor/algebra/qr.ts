/**
 * Orthonormal columns and a triangle.
 *
 * @module
 */

import type * as tf from "../tf.ts";
import { type AlgebraOptions, eachMatrix, refuseOddOptions } from "./each_matrix.ts";
import { type Matrix, matrix, readMatrices, stacked, transposed } from "./matrix.ts";
import { scaledColumns } from "./signs.ts";
import type { Solver } from "./solver.ts";

/** A = Q · R, in tensors that the caller owns. */
export class Qr {
  /**
   * Puts the parts together.
   *
   * @param Q The orthonormal columns [..., rows, rank].
   * @param R The triangle [..., rank, columns], zero below the diagonal.
   */
  constructor(readonly Q: tf.Tensor, readonly R: tf.Tensor) {}

  /** Frees the tensors. */
  dispose(): void {
    this.Q.dispose();
    this.R.dispose();
  }
}

/**
 * Factors matrices into orthonormal columns and a triangle: A = Q · R, thin, so that `rank` is the
 * smaller of rows and columns.
 *
 * The diagonal of R is never negative, which makes both unique where A has full rank. It computes in
 * double precision, by LAPACK on the backend `native` and by ml-matrix on the others, and has no
 * gradient.
 *
 * @param a The matrices [..., rows, columns].
 * @param options What stops the work.
 * @returns Q and R.
 * @throws {TypeError} If it is no tensor of numbers of rank 2 or more.
 * @throws {RangeError} If a number is not finite, or there is none.
 *
 * @example
 * ```ts
 * import { qr, tf } from "@innerworks/innerworks";
 *
 * const { R } = await qr(tf.tensor2d([[3, 1], [4, 2]]));
 * R.print(); // [[5, 2.2], [0, 0.4]]
 * ```
 */
export async function qr(a: tf.Tensor, options: AlgebraOptions = {}): Promise<Qr> {
  const purpose = "factor a matrix into Q and R";
  refuseOddOptions(purpose, options);
  const { batch, list, rows, columns } = await readMatrices(purpose, a);
  const found = await eachMatrix(list, solveQr, options.signal);
  const rank = Math.min(rows, columns);
  return new Qr(
    stacked(batch, found.map(({ q }) => q.values), [rows, rank]),
    stacked(batch, found.map(({ r }) => r.values), [rank, columns]),
  );
}

/**
 * Factors one matrix, with the signs that {@linkcode qr} chooses.
 *
 * @param by What computes.
 * @param of The matrix.
 * @returns The factors.
 */
export async function solveQr(by: Solver, of: Matrix): Promise<{ q: Matrix; r: Matrix }> {
  const { q, r } = await by.qr(transposed(of)), width = r.columns;
  const signs = Float64Array.from(
    { length: q.rows },
    (_, i) => r.values[i * width + i]! < 0 ? -1 : 1,
  );
  return {
    q: scaledColumns(transposed(q), signs),
    r: matrix(r.rows, width, (i, j) => signs[i]! * r.values[i * width + j]!),
  };
}
