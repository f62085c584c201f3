/**
 * Eigenvalues of matrices that need not be symmetric.
 *
 * @module
 */

import type * as tf from "../tf.ts";
import { type AlgebraOptions, eachMatrix, refuseOddOptions } from "./each_matrix.ts";
import { type Matrix, matrix, readMatrices, refuseOblong, stacked } from "./matrix.ts";
import type { SolvedEigen } from "./solver.ts";

/** Options for {@linkcode eigenvalues}. */
export interface EigenvaluesOptions extends AlgebraOptions {
  /**
   * Whether eigenvectors are taken too.
   *
   * @default {"values"}
   */
  readonly of?: "values" | "vectors";
}

/** Complex eigenvalues, and vectors where they were asked for, in tensors that the caller owns. */
export class Eigenvalues {
  /**
   * Puts the parts together.
   *
   * @param real The real parts [..., rank].
   * @param imaginary The imaginary parts [..., rank].
   * @param vectors The eigenvectors [..., rank, rank], as columns, in real and imaginary parts.
   */
  constructor(
    readonly real: tf.Tensor,
    readonly imaginary: tf.Tensor,
    readonly vectors: { readonly real: tf.Tensor; readonly imaginary: tf.Tensor } | null = null,
  ) {}

  /** Frees the tensors. */
  dispose(): void {
    for (const tensor of [this.real, this.imaginary]) tensor.dispose();
    this.vectors?.real.dispose();
    this.vectors?.imaginary.dispose();
  }
}

/** Eigenvalues in order, with vectors in two parts. */
interface Ordered {
  readonly real: Float64Array;
  readonly imaginary: Float64Array;
  readonly vectors: { readonly real: Matrix; readonly imaginary: Matrix } | null;
}

/**
 * Takes the eigenvalues of square matrices, which are complex in general, in descending order of
 * modulus; of moduli that are equal to ten digits the greater real part stands first, and of a conjugate
 * pair the one above the real axis.
 *
 * Eigenvectors are right ones, A · x = λ · x, of length 1, turned so that the entry of greatest size is
 * real and positive; a matrix that lacks some has columns that are nearly equal. It computes in double
 * precision, by LAPACK on the backend `native` and by ml-matrix on the others, and has no gradient.
 * Eigenvalues of a matrix that lacks eigenvectors are exact to the root of the precision only.
 *
 * @param a The matrices [..., rank, rank].
 * @param options Whether vectors are taken, and what stops the work.
 * @returns The eigenvalues.
 * @throws {TypeError} If it is no tensor of square matrices, or an option has another name.
 * @throws {RangeError} If a number is not finite, or there is none.
 *
 * @example
 * ```ts
 * import { eigenvalues, tf } from "@innerworks/innerworks";
 *
 * const { real, imaginary } = await eigenvalues(tf.tensor2d([[0, -1], [1, 0]]));
 * real.print(); // [0, 0]
 * imaginary.print(); // [1, -1]
 * ```
 */
export async function eigenvalues(
  a: tf.Tensor,
  options: EigenvaluesOptions = {},
): Promise<Eigenvalues> {
  const purpose = "take eigenvalues of a matrix";
  refuseOddOptions(purpose, options, ["of"]);
  const { of = "values", signal } = options;
  if (of !== "values" && of !== "vectors") {
    throw new TypeError(
      `Cannot ${purpose} as of must be "values" or "vectors": current value is ${
        Deno.inspect(of, { depth: 0 })
      }`,
    );
  }
  const matrices = await readMatrices(purpose, a), { batch, list, rows } = matrices;
  refuseOblong(purpose, matrices);
  const found = await eachMatrix(
    list,
    async (by, each) => ordered(await by.eigen(each, of)),
    signal,
  );
  const stack = (read: (each: Ordered) => Float64Array, shape: number[]) =>
    stacked(batch, found.map(read), shape);
  return new Eigenvalues(
    stack(({ real }) => real, [rows]),
    stack(({ imaginary }) => imaginary, [rows]),
    of === "values" ? null : {
      real: stack(({ vectors }) => vectors!.real.values, [rows, rows]),
      imaginary: stack(({ vectors }) => vectors!.imaginary.values, [rows, rows]),
    },
  );
}

/**
 * Puts eigenvalues in order.
 *
 * @param solved What a solver found.
 * @returns Eigenvalues in descending order of modulus, and their vectors of length 1.
 */
export function ordered({ real, imaginary, vectors }: SolvedEigen): Ordered {
  const order = byModulus(real, imaginary);
  const inOrder = (of: Float64Array) => Float64Array.from(order, (i) => of[i]!);
  return {
    real: inOrder(real),
    imaginary: inOrder(imaginary),
    vectors: vectors && vectorsInOrder(vectors, imaginary, order),
  };
}

/** The places of eigenvalues in their order. */
function byModulus(real: Float64Array, imaginary: Float64Array): number[] {
  const size = Float64Array.from(real, (x, i) => Math.hypot(x, imaginary[i]!));
  const order = [...size.keys()].sort((i, j) => size[j]! - size[i]!), made: number[] = [];
  while (order.length > 0) {
    // Rounding must not decide which of a circle of eigenvalues comes first.
    const least = size[order[0]!]! * (1 - 1e-10);
    const end = order.findIndex((i) => size[i]! < least);
    const tied = order.splice(0, end < 0 ? order.length : end);
    made.push(...tied.sort((i, j) => real[j]! - real[i]! || imaginary[j]! - imaginary[i]!));
  }
  return made;
}

/** Unpacks conjugate pairs, and turns each vector. */
function vectorsInOrder(packed: Matrix, imaginary: Float64Array, order: readonly number[]) {
  const n = packed.rows, at = (i: number, j: number) => packed.values[i * n + j]!;
  const made = { real: matrix(n, n), imaginary: matrix(n, n) };
  order.forEach((j, column) => {
    const side = Math.sign(imaginary[j]!), first = side < 0 ? j - 1 : j;
    const x = Array.from({ length: n }, (_, i) => at(i, first));
    const y = Array.from({ length: n }, (_, i) => side === 0 ? 0 : side * at(i, first + 1));
    // The greatest size first, so that the squares can be held.
    const most = Math.max(...x.map((re, i) => Math.hypot(re, y[i]!)));
    const length = most * Math.hypot(...x.map((re) => re / most), ...y.map((im) => im / most));
    const top = x.findIndex((re, i) => Math.hypot(re, y[i]!) >= most * (1 - 1e-9));
    const [cos, sin] = [
      x[top]! / Math.hypot(x[top]!, y[top]!),
      y[top]! / Math.hypot(x[top]!, y[top]!),
    ];
    for (let i = 0; i < n; i++) {
      made.real.values[i * n + column] = (x[i]! * cos + y[i]! * sin) / length;
      made.imaginary.values[i * n + column] = (y[i]! * cos - x[i]! * sin) / length;
    }
  });
  return made;
}
