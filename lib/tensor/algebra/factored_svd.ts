/**
 * Decompositions of a product whose inner axis is short, without forming it.
 *
 * @module
 */

import { type Matrix, matrix, transposed } from "./matrix.ts";
import type { SolvedEigen, SolvedSvd, Solver } from "./solver.ts";
import { withSigns } from "./svd.ts";

/**
 * Takes the singular values and vectors of A · B: of A = Q₁ · R₁ and Bᵀ = Q₂ · R₂ the small R₁ · R₂ᵀ has
 * the same values, and its vectors are turned by Q₁ and Q₂.
 *
 * @param by What computes.
 * @param a A [rows, inner].
 * @param b B [inner, columns].
 * @returns The parts, as many as the smallest of rows, inner and columns; signs as those of `svd`.
 */
export async function factoredSvd(by: Solver, a: Matrix, b: Matrix): Promise<SolvedSvd> {
  const first = await by.qr(transposed(a)), second = await by.qr(b);
  const core = await by.svd(await by.multiply(first.r, transposed(second.r)));
  return withSigns({
    left: await by.multiply(first.q, core.left, "transpose"),
    values: core.values,
    right: await by.multiply(second.q, core.right, "transpose"),
  });
}

/**
 * Takes the eigenvalues of A · B that may differ from zero: they are those of B · A.
 *
 * @param by What computes.
 * @param a A [rank, inner].
 * @param b B [inner, rank].
 * @returns The eigenvalues, in no order, as many as the smaller of rank and inner.
 */
export async function factoredEigen(by: Solver, a: Matrix, b: Matrix): Promise<SolvedEigen> {
  const product = a.rows < a.columns ? by.multiply(a, b) : by.multiply(b, a);
  return await by.eigen(await product, "values");
}

/**
 * Takes the root of the sum of squares of A · B by ‖A · B‖² = Σ (Aᵀ·A) ∘ (B·Bᵀ).
 *
 * @param by What computes.
 * @param a A [rows, inner].
 * @param b B [inner, columns].
 * @returns The norm, exact to 1e-8 of ‖A‖ · ‖B‖.
 */
export async function factoredNorm(by: Solver, a: Matrix, b: Matrix): Promise<number> {
  const left = await by.multiply(a, a, "transpose"), right = await by.multiply(b, transposed(b));
  let square = 0;
  for (let i = 0; i < left.values.length; i++) square += left.values[i]! * right.values[i]!;
  // Where the product is zero, rounding leaves a number of either sign.
  return Math.sqrt(Math.max(0, square));
}

/**
 * Shares singular values between both factors.
 *
 * @param parts The parts of a product.
 * @returns U · √S and √S · Vᵀ.
 */
export function evenFactors({ left, values, right }: SolvedSvd): { a: Matrix; b: Matrix } {
  const n = values.length, roots = values.map(Math.sqrt);
  return {
    a: matrix(left.rows, n, (i, r) => left.values[i * n + r]! * roots[r]!),
    b: matrix(n, right.rows, (r, j) => right.values[j * n + r]! * roots[r]!),
  };
}
