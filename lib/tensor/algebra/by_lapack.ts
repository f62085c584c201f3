/**
 * The solver that calls LAPACK.
 *
 * LAPACK stores matrices column by column, so that it reads ours transposed; each routine is called so
 * that this costs no copy more than must be.
 *
 * @module
 */

import type { Argument, Lapack, Routine } from "../native/lapack.ts";
import { type Matrix, matrix, transposed } from "./matrix.ts";
import type { SolvedEigen, SolvedSvd, Solver, Triangle } from "./solver.ts";

/**
 * Makes a solver of a LAPACK.
 *
 * @param lapack The opened library.
 * @returns The solver.
 */
export function solveByLapack(lapack: Lapack): Solver {
  return {
    name: "LAPACK",
    svd: (of) => svd(lapack, of),
    eigen: (of, wanted) => eigen(lapack, of, wanted === "vectors"),
    symmetric: (of) => symmetric(lapack, of),
    qr: (of) => qr(lapack, of),
    triangle: (of) => triangle(lapack, of),
    cholesky: (of) => cholesky(lapack, of),
    multiply: (a, b, turn) => multiply(lapack, a, b, turn !== undefined),
  };
}

/** Aᵀ = V · S · Uᵀ: what LAPACK calls U is V row by row, transposed, and what it calls VT is our U. */
async function svd(lapack: Lapack, { values, rows, columns }: Matrix): Promise<SolvedSvd> {
  const rank = Math.min(rows, columns), singular = new Float64Array(rank);
  const left = matrix(rows, rank), right = matrix(rank, columns);
  const whole = new Int32Array(8 * rank);
  await work(lapack, "dgesdd", {
    operations: 20 * rows * columns * rank,
    before: [
      "S",
      columns,
      rows,
      values.slice(),
      columns,
      singular,
      right.values,
      columns,
      left.values,
      rank,
    ],
    after: [whole],
  });
  return { left, values: singular, right: transposed(right) };
}

async function eigen(lapack: Lapack, of: Matrix, vectors: boolean): Promise<SolvedEigen> {
  const n = of.rows, real = new Float64Array(n), imaginary = new Float64Array(n);
  const found = vectors ? matrix(n, n) : matrix(1, 1);
  await work(lapack, "dgeev", {
    operations: 25 * n ** 3,
    before: [
      "N",
      vectors ? "V" : "N",
      n,
      transposed(of).values,
      n,
      real,
      imaginary,
      new Float64Array(1),
      1,
      found.values,
      n,
    ],
  });
  return { real, imaginary, vectors: vectors ? transposed(found) : null };
}

async function symmetric(lapack: Lapack, of: Matrix) {
  const n = of.rows, found = { ...of, values: of.values.slice() }, values = new Float64Array(n);
  const report = Int32Array.of(0), most = Int32Array.of(0), size = new Float64Array(1);
  const before = ["V", "U", n, found.values, n, values] as const;
  await lapack.call("dsyevd", {
    arguments: [...before, size, -1, most, -1, report],
    operations: 0,
  });
  const [real, whole] = [new Float64Array(size[0]!), new Int32Array(most[0]!)];
  await lapack.call("dsyevd", {
    arguments: [...before, real, real.length, whole, whole.length, report],
    operations: 9 * n ** 3,
  });
  refuseFailure("dsyevd", report[0]!);
  return { values, vectors: transposed(found) };
}

/** The triangle and, below it and in the scales, what makes Q. */
async function reflected(lapack: Lapack, { values, rows: columns, columns: rows }: Matrix) {
  const rank = Math.min(rows, columns), packed = values.slice(), scales = new Float64Array(rank);
  const operations = 2 * rows * columns * rank;
  await work(lapack, "dgeqrf", { operations, before: [rows, columns, packed, rows, scales] });
  const r = matrix(rank, columns, (i, j) => j < i ? 0 : packed[j * rows + i]!);
  return { rows, rank, packed, scales, operations, r };
}

async function triangle(lapack: Lapack, of: Matrix): Promise<Triangle> {
  const { rows, rank, packed, scales, r } = await reflected(lapack, of);
  return {
    r,
    turn: async ({ values, columns }) => {
      // Row by row what LAPACK reads as columns, zeros below.
      const made = matrix(columns, rows, (j, i) => i < rank ? values[i * columns + j]! : 0);
      await work(lapack, "dormqr", {
        operations: 4 * rows * rank * columns,
        before: ["L", "N", rows, columns, rank, packed, rows, scales, made.values, rows],
      });
      return transposed(made);
    },
  };
}

async function qr(lapack: Lapack, of: Matrix) {
  const { rows, rank, packed, scales, operations, r } = await reflected(lapack, of);
  const q = { values: packed.slice(0, rank * rows), rows: rank, columns: rows };
  await work(lapack, "dorgqr", { operations, before: [rows, rank, rank, q.values, rows, scales] });
  return { q, r };
}

/** The upper triangle as LAPACK reads it is our lower one. */
async function cholesky(lapack: Lapack, { values, rows }: Matrix): Promise<Matrix | number> {
  const packed = values.slice(), report = Int32Array.of(0);
  await lapack.call("dpotrf", {
    arguments: ["U", rows, packed, rows, report],
    operations: rows ** 3 / 3,
  });
  if (report[0]! > 0) return report[0]! - 1;
  refuseFailure("dpotrf", report[0]!);
  return matrix(rows, rows, (i, j) => j > i ? 0 : packed[i * rows + j]!);
}

/** Cᵀ = Bᵀ · Aᵀ. */
async function multiply(
  lapack: Lapack,
  a: Matrix,
  ...[b, turn]: [b: Matrix, turn: boolean]
): Promise<Matrix> {
  const [rows, inner] = turn ? [a.columns, a.rows] : [a.rows, a.columns];
  const { columns } = b, made = matrix(rows, columns);
  const sizes = ["N", turn ? "T" : "N", columns, rows, inner] as const;
  const [one, zero] = [Float64Array.of(1), Float64Array.of(0)];
  await lapack.call("dgemm", {
    arguments: [...sizes, one, b.values, columns, a.values, a.columns, zero, made.values, columns],
    operations: 2 * rows * columns * inner,
  });
  return made;
}

/** Asks a routine how much room it works in, gives it that, and reads its report. */
async function work(lapack: Lapack, routine: Routine, { operations, before, after = [] }: {
  readonly operations: number;
  readonly before: readonly Argument[];
  readonly after?: readonly Argument[];
}): Promise<void> {
  const report = Int32Array.of(0), size = new Float64Array(1);
  await lapack.call(routine, {
    arguments: [...before, size, -1, ...after, report],
    operations: 0,
  });
  refuseFailure(routine, report[0]!);
  const room = new Float64Array(size[0]!);
  await lapack.call(routine, {
    arguments: [...before, room, room.length, ...after, report],
    operations,
  });
  refuseFailure(routine, report[0]!);
}

/** Refuses to go on with what did not come out. */
function refuseFailure(routine: Routine, report: number): void {
  if (report === 0) return;
  throw new Error(
    `Cannot decompose a matrix as ${routine} must ${
      report > 0 ? "converge" : "understand its arguments"
    }: it reports ${report}`,
  );
}
