/**
 * What decomposes matrices on this machine.
 *
 * @module
 */

import { openLapack } from "../native/lapack.ts";
import * as tf from "../tfjs.ts";
import type { Matrix } from "./matrix.ts";

/** A = left · diag(values) · rightᵀ. */
export interface SolvedSvd {
  /** The left singular vectors, as columns. */
  readonly left: Matrix;
  /** The singular values, descending. */
  readonly values: Float64Array;
  /** The right singular vectors, as columns. */
  readonly right: Matrix;
}

/** Eigenvalues in no order, those that are conjugate side by side, the one above the real axis first. */
export interface SolvedEigen {
  /** The real parts. */
  readonly real: Float64Array;
  /** The imaginary parts. */
  readonly imaginary: Float64Array;
  /**
   * Eigenvectors as columns, of any length; of a conjugate pair the first column holds the real part of
   * the first one and the second column its imaginary part. Null unless asked for.
   */
  readonly vectors: Matrix | null;
}

/** The triangle R of a matrix Q · R, with what multiplies by Q. */
export interface Triangle {
  /** The triangle above the diagonal. */
  readonly r: Matrix;
  /** Multiplies Q by a matrix of as many rows as R has. */
  readonly turn: (of: Matrix) => Promise<Matrix>;
}

/** Decomposes matrices of finite doubles. */
export interface Solver {
  /** What it computes by. */
  readonly name: "LAPACK" | "ml-matrix";
  /** Takes singular values and vectors, of any signs. */
  svd(of: Matrix): Promise<SolvedSvd>;
  /** Takes the eigenvalues of a square matrix. */
  eigen(of: Matrix, vectors: "vectors" | "values"): Promise<SolvedEigen>;
  /** Takes the eigenvalues, ascending, and vectors, as columns of any sign, of a symmetric matrix. */
  symmetric(of: Matrix): Promise<{ values: Float64Array; vectors: Matrix }>;
  /**
   * Factors A into orthonormal columns Q and a triangle R above the diagonal, of any signs. It takes Aᵀ and
   * gives Qᵀ, as LAPACK stores them.
   */
  qr(transposed: Matrix): Promise<{ q: Matrix; r: Matrix }>;
  /**
   * Factors A as {@linkcode Solver.qr} does, and keeps Q as what makes it: `turn` gives Q · of, which for a few columns takes
   * less than making Q. It takes Aᵀ.
   */
  triangle(transposed: Matrix): Promise<Triangle>;
  /** Factors a symmetric matrix into L · Lᵀ, or finds the pivot (from 0) that is not positive. */
  cholesky(of: Matrix): Promise<Matrix | number>;
  /** Multiplies two matrices, or the transpose of the first by the second. */
  multiply(a: Matrix, b: Matrix, turn?: "transpose"): Promise<Matrix>;
}

/** The library that BLAS was opened from, once the native backend has started. */
let library: string | undefined;
let byLapack: Promise<Solver | null> | undefined;
let byMlMatrix: Promise<Solver> | undefined;

/**
 * Lets the native backend decompose by the library that it multiplies by.
 *
 * @param path What that library was opened by.
 */
export function useLibrary(path: string): void {
  if (path !== library) byLapack = undefined;
  library = path;
}

/**
 * Chooses the solver of the current backend: LAPACK on `native`, if its library holds it, and ml-matrix
 * everywhere else.
 *
 * @returns The solver.
 */
export async function solver(): Promise<Solver> {
  if (tf.getBackend() === "native" && library !== undefined) {
    byLapack ??= openSolver(library);
    const found = await byLapack;
    if (found) return found;
  }
  byMlMatrix ??= import("./by_ml_matrix.ts").then(({ solveByMlMatrix }) => solveByMlMatrix());
  return await byMlMatrix;
}

async function openSolver(path: string): Promise<Solver | null> {
  const lapack = openLapack(path);
  if (lapack === null) {
    console.info(
      `Decomposing matrices by ml-matrix, some ten times slower than by LAPACK: "${path}" holds none`,
    );
    return null;
  }
  const { solveByLapack } = await import("./by_lapack.ts");
  return solveByLapack(lapack);
}
