/**
 * Decompositions of a product whose inner axis is short, without forming it.
 *
 * @module
 */

import { type AlgebraOptions, refuseOddOptions } from "./each_matrix.ts";
import { type Matrix, matrix, stacked, transposed } from "./matrix.ts";
import type { SolvedEigen, SolvedSvd, Solver, Triangle } from "./solver.ts";
import { Svd, withSigns } from "./svd.ts";

/** Options for the singular values of a product. */
export interface FactoredSvdOptions extends AlgebraOptions {
  /** How many left vectors are made, those of the greatest values. @default {all} */
  readonly left?: number;
  /** How many right vectors are made. @default {all} */
  readonly right?: number;
}

/**
 * Refuses options that have no meaning, and counts of vectors that are none.
 *
 * @param purpose What is done, for the errors.
 * @param options The options.
 * @returns The options.
 * @throws {TypeError} If there is another option.
 * @throws {RangeError} If a count is no whole number from 0 on.
 */
export function checkedSvdOptions(
  purpose: string,
  options: FactoredSvdOptions,
): FactoredSvdOptions {
  refuseOddOptions(purpose, options, ["left", "right"]);
  for (const side of ["left", "right"] as const) {
    const count = options[side];
    if (count === undefined || Number.isInteger(count) && count >= 0) continue;
    throw new RangeError(
      `Cannot ${purpose} as ${side} must be a whole number from 0 on, how many vectors are made: current value is ${count}`,
    );
  }
  return options;
}

/**
 * Takes the singular values and vectors of A · B: of A = Q₁ · R₁ and Bᵀ = Q₂ · R₂ the small R₁ · R₂ᵀ has
 * the same values, and its vectors are turned by Q₁ and Q₂.
 *
 * @param by What computes.
 * @param a A [rows, inner].
 * @param b B [inner, columns].
 * @param counts How many vectors are made.
 * @returns The parts, as many as the smallest of rows, inner and columns; signs as those of `svd`.
 */
export async function factoredSvd(
  by: Solver,
  ...[a, b, counts = {}]: [a: Matrix, b: Matrix, counts?: FactoredSvdOptions]
): Promise<SolvedSvd> {
  const rank = Math.min(a.rows, a.columns, b.columns);
  const left = Math.min(counts.left ?? rank, rank), right = Math.min(counts.right ?? rank, rank);
  // A right vector chooses the sign of its left one, too.
  const signing = Math.max(left, right);
  const first = await triangle(by, transposed(a), left / rank);
  const second = await triangle(by, b, signing / rank);
  const core = await by.svd(await by.multiply(first.r, transposed(second.r)));
  const turned = async (by: Triangle, of: Matrix, count: number) =>
    count === 0 ? matrix(0, 0) : await by.turn(firstColumns(of, count));
  const signed = withSigns({
    left: await turned(first, core.left, left),
    values: core.values,
    right: await turned(second, core.right, signing),
  });
  return { ...signed, right: firstColumns(signed.right, right) };
}

/** Factors a matrix for a share of the vectors: Q is made where most are wanted, as a product with it is the quicker then. */
async function triangle(by: Solver, of: Matrix, share: number): Promise<Triangle> {
  if (share < 0.5) return await by.triangle(of);
  const { q, r } = await by.qr(of);
  return { r, turn: (vectors) => by.multiply(q, vectors, "transpose") };
}

/**
 * Puts the parts of a batch into tensors.
 *
 * @param batch The sizes of the leading axes.
 * @param found The parts of each product.
 * @param shape The rows and columns of a product.
 * @returns The parts, the caller's.
 */
export function stackedSvd(
  batch: readonly number[],
  found: readonly SolvedSvd[],
  shape: readonly number[],
): Svd {
  const side = (own: "left" | "right", size: number) =>
    stacked(batch, found.map((each) => each[own].values), [size, found[0]?.[own].columns ?? 0]);
  const rank = found[0]?.values.length ?? 0;
  const S = stacked(batch, found.map(({ values }) => values), [rank]);
  return new Svd(side("left", shape[0]!), S, side("right", shape[1]!));
}

/** The first columns of a matrix; itself where it has no more. */
function firstColumns(of: Matrix, count: number): Matrix {
  if (count === of.columns) return of;
  return matrix(of.rows, count, (i, j) => of.values[i * of.columns + j]!);
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
