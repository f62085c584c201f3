/**
 * Both solvers, and matrices on which decompositions go wrong.
 *
 * @module
 */

import { solveByLapack } from "../../../lib/tensor/algebra/by_lapack.ts";
import { solveByMlMatrix } from "../../../lib/tensor/algebra/by_ml_matrix.ts";
import { type Matrix, matrix, transposed } from "../../../lib/tensor/algebra/matrix.ts";
import type { Solver } from "../../../lib/tensor/algebra/solver.ts";
import { findBlas } from "../../../lib/tensor/native/find_blas.ts";
import { openLapack } from "../../../lib/tensor/native/lapack.ts";
import { seedStream } from "../../../lib/stats/mod.ts";
import { near } from "../../near.ts";

/** LAPACK of this machine, opened here as a library stays open; null without a fast BLAS. */
export const lapack = (() => {
  try {
    return openLapack(findBlas().blas.path);
  } catch {
    // No BLAS on this machine: the tests that need one are skipped, which CI does not allow.
    return null;
  }
})();

/** Both solvers; LAPACK is null where there is none. */
export const solvers: readonly [Solver | null, Solver] = [
  lapack && solveByLapack(lapack),
  solveByMlMatrix(),
];

/** Defines a test that is run by LAPACK and by ml-matrix. */
export function testBoth(name: string, run: (by: Solver) => Promise<void>): void {
  for (const [i, by] of solvers.entries()) {
    Deno.test({
      name: `${name} (${["LAPACK", "ml-matrix"][i]})`,
      ignore: by === null,
      fn: () => run(by!),
    });
  }
}

/** A matrix of normal numbers. */
export function normal(seed: number, rows: number, columns: number): Matrix {
  const random = seedStream(seed, rows, columns);
  return matrix(rows, columns, () => random.normal());
}

/** A product in plain loops. */
export function times(a: Matrix, b: Matrix): Matrix {
  return matrix(a.rows, b.columns, (i, j) => {
    let sum = 0;
    for (let k = 0; k < a.columns; k++) {
      sum += a.values[i * a.columns + k]! * b.values[k * b.columns + j]!;
    }
    return sum;
  });
}

/** A square matrix with numbers on its diagonal. */
export const diagonal = (numbers: ArrayLike<number>) =>
  matrix(numbers.length, numbers.length, (i, j) => i === j ? numbers[i]! : 0);

/** Fails unless columns are orthonormal. */
export function orthonormal(of: Matrix, what: string): void {
  const product = times(transposed(of), of);
  near(product.values, diagonal(new Float64Array(of.columns).fill(1)).values, 1e-10, what);
}

/** Matrices of every kind: tall, wide, of one number, of one row, of low rank, of zeros, of equal values. */
export const kinds: Readonly<Record<string, Matrix>> = {
  tall: normal(1, 30, 7),
  wide: normal(2, 5, 40),
  square: normal(3, 12, 12),
  "one number": matrix(1, 1, () => -3),
  "one row": normal(4, 1, 6),
  "one column": normal(5, 6, 1),
  "of rank 3": times(normal(6, 20, 3), normal(7, 3, 9)),
  "wide of rank 2": times(normal(8, 4, 2), normal(9, 2, 9)),
  zero: matrix(4, 3),
  identity: diagonal([1, 1, 1, 1]),
  "two equal values": times(normal(10, 6, 6), diagonal([2, 2, 1, 0, 0, 0])),
  "a column of zeros": times(normal(11, 8, 4), diagonal([1, 0, 2, 3])),
  large: matrix(6, 4, (i, j) => 1e150 * Math.cos(i * 4 + j)),
};

/** Square matrices with eigenvalues that are known. */
export const spectra: readonly {
  readonly name: string;
  readonly of: Matrix;
  readonly real: readonly number[];
  readonly imaginary: readonly number[];
}[] = [
  {
    name: "a turn",
    of: matrix(2, 2, (i, j) => [[0, -1], [1, 0]][i]![j]!),
    real: [0, 0],
    imaginary: [1, -1],
  },
  {
    name: "a cycle of 3",
    of: matrix(3, 3, (i, j) => Number(j === (i + 1) % 3)),
    real: [1, -0.5, -0.5],
    imaginary: [0, Math.sqrt(0.75), -Math.sqrt(0.75)],
  },
  {
    name: "a triangle",
    of: matrix(3, 3, (i, j) => [[4, 1, 5], [0, -5, 2], [0, 0, 1]][i]![j]!),
    real: [-5, 4, 1],
    imaginary: [0, 0, 0],
  },
  { name: "the identity", of: diagonal([1, 1, 1]), real: [1, 1, 1], imaginary: [0, 0, 0] },
  { name: "zeros", of: matrix(2, 2), real: [0, 0], imaginary: [0, 0] },
  { name: "one number", of: matrix(1, 1, () => -2), real: [-2], imaginary: [0] },
  {
    name: "rank one",
    of: matrix(3, 3, (i, j) => (i + 1) * (j + 2)),
    real: [1 * 2 + 2 * 3 + 3 * 4, 0, 0],
    imaginary: [0, 0, 0],
  },
];
