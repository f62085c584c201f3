/**
 * The solver that computes in plain JavaScript, by ml-matrix.
 *
 * @module
 */

import { type Matrix, matrix, transposed } from "./matrix.ts";
import {
  EigenvalueDecomposition,
  Matrix as Theirs,
  QrDecomposition,
  SingularValueDecomposition,
} from "./ml_matrix.ts";
import type { SolvedEigen, SolvedSvd, Solver } from "./solver.ts";

/**
 * Makes the solver. Its parts are long calls that do not give way.
 *
 * @returns The solver.
 */
export function solveByMlMatrix(): Solver {
  // Async, so that an error is a rejection as it is from the other solver.
  return {
    name: "ml-matrix",
    svd: async (of) => await svd(of),
    eigen: async (of, wanted) => await eigen(of, wanted === "vectors"),
    symmetric: async (of) => await symmetric(of),
    qr: async (of) => await qr(of),
    triangle: async (of) => {
      const { q, r } = await qr(of), turned = transposed(q);
      return { r, turn: async (by) => await multiply(turned, by) };
    },
    cholesky: async (of) => await cholesky(of),
    multiply: async (a, b, turn) => await multiply(turn ? transposed(a) : a, b),
  };
}

function svd(of: Matrix): SolvedSvd {
  const found = new SingularValueDecomposition(theirs(of), { autoTranspose: true });
  return {
    left: ours(found.leftSingularVectors),
    values: Float64Array.from(found.diagonal),
    right: ours(found.rightSingularVectors),
  };
}

function eigen(of: Matrix, vectors: boolean): SolvedEigen {
  const found = new EigenvalueDecomposition(theirs(of), { assumeSymmetric: false });
  return {
    real: Float64Array.from(found.realEigenvalues),
    imaginary: Float64Array.from(found.imaginaryEigenvalues),
    vectors: vectors ? ours(found.eigenvectorMatrix) : null,
  };
}

function symmetric(of: Matrix): { values: Float64Array; vectors: Matrix } {
  const found = new EigenvalueDecomposition(theirs(of), { assumeSymmetric: true });
  return {
    values: Float64Array.from(found.realEigenvalues),
    vectors: ours(found.eigenvectorMatrix),
  };
}

function qr(turned: Matrix): { q: Matrix; r: Matrix } {
  const of = transposed(turned), { rows, columns, values } = of;
  // Theirs needs as many rows as columns; the columns behind the square follow from it.
  const square = rows >= columns ? of : matrix(rows, rows, (i, j) => values[i * columns + j]!);
  const found = new QrDecomposition(theirs(square)), q = transposed(ours(found.orthogonalMatrix));
  if (rows >= columns) return { q, r: ours(found.upperTriangularMatrix) };
  const product = multiply(q, of);
  return {
    q,
    r: matrix(rows, columns, (i, j) => j < i ? 0 : product.values[i * columns + j]!),
  };
}

/** Our own loop, as theirs does not say at which pivot it stopped. */
function cholesky({ values, rows }: Matrix): Matrix | number {
  const lower = matrix(rows, rows), l = lower.values;
  for (let j = 0; j < rows; j++) {
    for (let i = j; i < rows; i++) {
      let sum = values[i * rows + j]!;
      for (let k = 0; k < j; k++) sum -= l[i * rows + k]! * l[j * rows + k]!;
      if (i === j && !(sum > 0)) return j;
      l[i * rows + j] = i === j ? Math.sqrt(sum) : sum / l[j * rows + j]!;
    }
  }
  return lower;
}

function multiply(a: Matrix, b: Matrix): Matrix {
  const made = matrix(a.rows, b.columns);
  for (let i = 0; i < a.rows; i++) {
    const row = made.values.subarray(i * b.columns, (i + 1) * b.columns);
    for (let k = 0; k < a.columns; k++) {
      const x = a.values[i * a.columns + k]!;
      for (let j = 0, p = k * b.columns; j < b.columns; j++, p++) row[j]! += x * b.values[p]!;
    }
  }
  return made;
}

function theirs({ values, rows, columns }: Matrix): Theirs {
  return Theirs.from1DArray(rows, columns, values as unknown as number[]);
}

function ours(of: Theirs): Matrix {
  return { values: Float64Array.from(of.to1DArray()), rows: of.rows, columns: of.columns };
}
