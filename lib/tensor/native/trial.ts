/**
 * A trial before a BLAS is trusted: the slow reference library answers to the same name as the fast
 * ones, and a library built for other integers would read nonsense.
 *
 * @module
 */

import type { Multiply, Product, Values } from "./blas.ts";
import { eachAlone, type MultiplyBatch } from "./blas_batch.ts";

/** What a trial found. */
export interface Trial {
  /** Whether the library is right and fast. */
  readonly passed: boolean;
  /** Billions of operations per second. */
  readonly gigaflops: number;
  /** Why it was refused. */
  readonly reason?: string;
}

/**
 * A library must be this many times as fast as a loop: OpenBLAS's slowest kernels are 13 times, the reference library is 2.7
 * times, or 5 where the compiler made little of the loop.
 */
const clearly = 6;
/** This many times as fast, and it needs no more time, even if the loop is not compiled yet. */
const certainly = 10;
/** Milliseconds in which it may show that; what is between the two is measured for as long. */
const patience = 1000;
/** The product whose numbers are compared and whose speed is told: all threads share it. */
const shared = { rows: 96, columns: 192, inner: 256 };
/**
 * The product that must be faster than a loop: less than 2^18 products of numbers, which OpenBLAS and MKL leave to one thread.
 * Threads that share a product wait for each other, on a busy machine some hundred times as long as they compute
 * (`tests/bench/blas_trials.ts`).
 */
const alone = { rows: 48, columns: 64, inner: 64 };

/**
 * Times a product beside a plain loop, and compares their numbers.
 *
 * @param multiply What is tried.
 * @param now A clock in milliseconds.
 * @param loop The plain loop.
 * @returns Whether it may be used, and how fast it is.
 */
export function trial(
  multiply: Multiply,
  now: () => number = () => performance.now(),
  loop: Multiply = multiplyByLoops,
): Trial {
  const product = matrices(shared), expected = matrices(shared).c;
  loop({ ...product, c: expected });
  const gigaflops = speed(multiply, product, 4, now);
  const refused = (reason: string): Trial => ({ passed: false, gigaflops, reason });
  const wrong = differs(product.c, expected, 1e-3);
  if (wrong) return refused(`its trial product is ${wrong}`);
  const times = timesAsFast(multiply, loop, now);
  if (times < clearly) {
    return refused(`it is ${times.toFixed(1)} times as fast as a plain loop, less than ${clearly}`);
  }
  for (
    const [rows, columns, name] of [[3, 4, "transposed"], [1, 4, "row's"], [
      3,
      1,
      "column's",
    ]] as const
  ) {
    const wrong = transposedDiffers(multiply, rows, columns);
    if (wrong) return refused(`its ${name} product is ${wrong}`);
  }
  return { passed: true, gigaflops };
}

/** How many times as fast as the loop a product of one thread is, at the quickest of both. */
function timesAsFast(multiply: Multiply, loop: Multiply, now: () => number): number {
  const small = matrices(alone), sizes = [matrices(shared), small], start = now();
  let best = 0, byLoop = 0;
  for (let round = 0;; round++) {
    best = Math.max(best, speed(multiply, small, 4, now));
    // Timed again, for at first the loop may run before it is compiled; in both sizes, for the larger shows more of its speed,
    // but on a busy machine hardly one run of it goes by without a pause.
    for (const size of sizes) byLoop = Math.max(byLoop, speed(loop, size, 1, now));
    const times = best / byLoop;
    if (round >= 3 && times >= certainly || now() - start >= patience) return times;
  }
}

/** A product of matrices without a pattern, whose result is not there yet. */
function matrices({ rows, columns, inner }: typeof shared): Product {
  const c = new Float32Array(rows * columns).fill(NaN);
  return { a: sample(rows * inner, 1), b: sample(inner * columns, 2), c, rows, columns, inner };
}

/** Billions of operations per second, at the quickest of several runs, so that a busy moment does not decide. */
function speed(work: Multiply, product: Product, runs: number, now: () => number): number {
  let least = Infinity;
  for (let i = 0; i < runs; i++) {
    const start = now();
    work(product);
    least = Math.min(least, now() - start);
  }
  // A clock of low resolution may show 0.
  return 2e-6 * product.rows * product.columns * product.inner / Math.max(least, 1e-6);
}

/**
 * Multiplies matrices in plain loops.
 *
 * @param product What is multiplied.
 */
export function multiplyByLoops(product: Product): void {
  const { a, b, c, rows, columns, inner, transposeA = false, transposeB = false } = product;
  const { aOffset = 0, bOffset = 0, cOffset = 0, alpha = 1, beta = 0 } = product;
  const { aStride = transposeA ? rows : inner, bStride = transposeB ? inner : columns } = product;
  const { cStride = columns } = product;
  const [aRow, aStep] = transposeA ? [1, aStride] : [aStride, 1];
  const [bStep, bColumn] = transposeB ? [1, bStride] : [bStride, 1];
  const sums = new Float64Array(columns);
  for (let i = 0; i < rows; i++) {
    sums.fill(0);
    for (let k = 0; k < inner; k++) {
      const x = alpha * a[aOffset + i * aRow + k * aStep]!;
      for (let j = 0, p = bOffset + k * bStep; j < columns; j++, p += bColumn) {
        sums[j]! += x * b[p]!;
      }
    }
    const row = cOffset + i * cStride;
    for (let j = 0; j < columns; j++) c[row + j] = sums[j]! + (beta === 0 ? 0 : beta * c[row + j]!);
  }
}

/** Tries both transposes, offsets, alpha and beta on a small product. */
function transposedDiffers(
  multiply: Multiply,
  rows: number,
  columns: number,
): string | undefined {
  const product = {
    a: sample(7 + 5 * 3, 3),
    b: sample(2 + 4 * 5, 4),
    rows,
    columns,
    inner: 5,
    aOffset: 7,
    bOffset: 2,
    cOffset: 1,
    transposeA: true,
    transposeB: true,
    alpha: 0.5,
    beta: 2,
  };
  const c = sample(13, 5);
  const expected = c.slice();
  multiply({ ...product, c });
  multiplyByLoops({ ...product, c: expected });
  return differs(c, expected, 1e-4);
}

/**
 * Compares products at once, as many numbers as are worth it, with loops, over both transposes, strides, alpha and beta.
 *
 * @param multiplyBatch What is tried.
 * @returns What is wrong with it; nothing if all is right.
 */
export function batchFault(multiplyBatch: MultiplyBatch): string | undefined {
  for (const [transposeA, transposeB] of [[false, true], [true, false]] as const) {
    const product = {
      a: sample(6000, 6),
      b: sample(6000, 7),
      rows: 32,
      columns: 48,
      inner: 64,
      aStride: 70,
      bStride: 66,
      cStride: 50,
      transposeA,
      transposeB,
      alpha: 0.5,
      beta: 2,
    };
    const places = [{ a: 3, b: 8, c: 1 }, { a: 20, b: 0, c: 1700 }, { a: 0, b: 20, c: 3400 }];
    const c = sample(5000, 8), expected = c.slice();
    multiplyBatch({ ...product, c }, places);
    eachAlone(multiplyByLoops)({ ...product, c: expected }, places);
    const wrong = differs(c, expected, 1e-4);
    if (wrong) return `one of its products at once is ${wrong}`;
  }
  return undefined;
}

/** The first number that is not as expected, with what was. */
function differs(actual: Values, expected: Values, tolerance: number): string | undefined {
  const at = actual.findIndex((value, i) => !(Math.abs(value - expected[i]!) < tolerance));
  return at === -1 ? undefined : `${actual[at]} where a loop gives ${expected[at]}`;
}

/** Numbers between -1 and 1 without a pattern. */
export function sample(length: number, seed: number): Values {
  let state = seed;
  return Float32Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2147483648 - 1;
  });
}
