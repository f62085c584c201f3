/**
 * A product of two matrices that is never formed.
 *
 * @module
 */

import { type AlgebraOptions, eachMatrix, refuseOddOptions } from "./algebra/each_matrix.ts";
import { Eigenvalues, ordered } from "./algebra/eigenvalues.ts";
import {
  checkedSvdOptions,
  evenFactors,
  factoredEigen,
  factoredNorm,
  factoredSvd,
  type FactoredSvdOptions,
  stackedSvd,
} from "./algebra/factored_svd.ts";
import { type Matrix, readMatrices, stacked } from "./algebra/matrix.ts";
import type { Solver } from "./algebra/solver.ts";
import type { Svd } from "./algebra/svd.ts";
import { factorsOf, picked, refuseOblongShape, sliceOf, turned } from "./factored_shapes.ts";
import { freeWhenCollected, keepWhenCollected } from "./free_when_collected.ts";
import { matMul } from "./mat_mul.ts";
import * as tf from "./tf.ts";

/** A product is formed only up to so many numbers, a quarter of a gigabyte, unless more are asked for. */
const LARGEST = 2 ** 26;

/** What a factored matrix gives with a factor: vectors with a vector, else a factored matrix. */
export type ProductWith<Factor> = Factor extends tf.Tensor1D ? tf.Tensor : FactoredMatrix;

/**
 * A product A · B with a short inner axis, such as the OV circuit W_V · W_O of a head, whose
 * rows × columns numbers are never formed. Leading axes are batches.
 *
 * What one factored matrix gives, another one or a tensor, is the caller's. It owns its two tensors:
 * {@linkcode dispose} frees them, and so does the garbage collector once nobody can reach it. Nothing
 * here is recorded for gradients.
 *
 * @example
 * ```ts
 * import { FactoredMatrix, tf } from "@innerworks/innerworks";
 *
 * const circuit = new FactoredMatrix(tf.ones([768, 64]), tf.ones([64, 768]));
 * const { S } = await circuit.svd();
 * console.log(circuit.shape, S.shape); // [ 768, 768 ] [ 64 ]
 * ```
 */
export class FactoredMatrix {
  /** The left factor [..., rows, inner]. */
  readonly A: tf.Tensor;
  /** The right factor [..., inner, columns]. */
  readonly B: tf.Tensor;

  /**
   * Takes two tensors over; pass `x.clone()` to keep one. Leading axes of size 1, or that one lacks, are
   * repeated as often as the other has them.
   *
   * @param A The left factor [..., rows, inner].
   * @param B The right factor [..., inner, columns].
   * @throws {TypeError} If one is no tensor of rank 2 or more, or their shapes do not fit.
   */
  constructor(A: tf.Tensor, B: tf.Tensor) {
    [this.A, this.B] = factorsOf(A, B);
    freeWhenCollected(this, [this.A, this.B]);
  }

  /** The sizes of the axes of the product [..., rows, columns]. */
  get shape(): number[] {
    return [...this.A.shape.slice(0, -1), this.B.shape.at(-1)!];
  }

  /** The length of the axis that is summed over. */
  get inner(): number {
    return this.A.shape.at(-1)!;
  }

  /** The transpose Bᵀ · Aᵀ, a new factored matrix. */
  get T(): FactoredMatrix {
    return new FactoredMatrix(turned(this.B), turned(this.A));
  }

  /**
   * Multiplies by what stands on the right.
   *
   * @param right A number; a vector [columns]; a matrix [..., columns, outputs]; a factored one.
   * @returns For a vector the vectors [..., rows]; else a factored matrix.
   * @throws {TypeError} If the sizes do not fit.
   */
  times<Right extends number | FactoredMatrix | tf.Tensor>(right: Right): ProductWith<Right>;
  times(right: number | FactoredMatrix | tf.Tensor): FactoredMatrix | tf.Tensor {
    if (typeof right === "number") return new FactoredMatrix(this.A.clone(), this.B.mul(right));
    const { A, B } = this;
    if (right instanceof FactoredMatrix) {
      return factored(() => {
        const core = matMul(B, right.A);
        return this.inner <= right.inner
          ? [A.clone(), matMul(core, right.B)]
          : [matMul(A, core), right.B.clone()];
      });
    }
    if (right.rank !== 1) return factored(() => [A.clone(), matMul(B, right)]);
    return tf.tidy(() => matMul(A, matMul(B, right.expandDims(1))).squeeze([A.rank - 1]));
  }

  /**
   * Multiplies by what stands on the left.
   *
   * @param left A vector [rows]; a matrix [..., outputs, rows].
   * @returns For a vector the vectors [..., columns]; else a factored matrix.
   * @throws {TypeError} If the sizes do not fit.
   */
  leftTimes<Left extends tf.Tensor>(left: Left): ProductWith<Left>;
  leftTimes(left: tf.Tensor): FactoredMatrix | tf.Tensor {
    const { A, B } = this;
    if (left.rank !== 1) return factored(() => [matMul(left, A), B.clone()]);
    return tf.tidy(() => matMul(matMul(left.expandDims(0), A), B).squeeze([A.rank - 2]));
  }

  /**
   * Takes singular values and vectors as {@linkcode svd} does, through the triangles of both factors.
   *
   * @param options What stops the work, and how many vectors are made on each side: where a few are enough, it is quicker.
   * @returns U [..., rows, rank], S [..., rank], V [..., columns, rank]; rank is the smallest of rows, inner and columns, and
   * of vectors there are no more than were asked for.
   * @throws {RangeError} If a number is not finite, or a count is no whole number from 0 on.
   */
  async svd(options: FactoredSvdOptions = {}): Promise<Svd> {
    const purpose = "take singular values of a product";
    const { signal, ...counts } = checkedSvdOptions(purpose, options);
    const { a, found } = await this.#each(
      purpose,
      (by, a, b) => factoredSvd(by, a, b, counts),
      signal ? { signal } : {},
    );
    return stackedSvd(a.batch, found, this.shape.slice(-2));
  }

  /**
   * Takes the eigenvalues that may differ from zero, those of B · A, ordered as {@linkcode eigenvalues}
   * orders them.
   *
   * @param options What stops the work.
   * @returns The eigenvalues, as many as the smaller of inner and rows; the product has only zeros besides.
   * @throws {TypeError} If the product is not square.
   * @throws {RangeError} If a number is not finite.
   */
  async eigenvalues(options: AlgebraOptions = {}): Promise<Eigenvalues> {
    const purpose = "take eigenvalues of a product";
    refuseOblongShape(purpose, this.shape);
    const { a, found } = await this.#each(purpose, async (by, a, b) => {
      return ordered(await factoredEigen(by, a, b));
    }, options);
    const rank = [Math.min(a.rows, a.columns)];
    return new Eigenvalues(
      stacked(a.batch, found.map(({ real }) => real), rank),
      stacked(a.batch, found.map(({ imaginary }) => imaginary), rank),
    );
  }

  /**
   * Takes the root of the sum of squares, by the products of the factors with themselves, in double
   * precision: exact to 1e-8 of ‖A‖ · ‖B‖.
   *
   * @param options What stops the work.
   * @returns The norms [...].
   * @throws {RangeError} If a number is not finite.
   */
  async norm(options: AlgebraOptions = {}): Promise<tf.Tensor> {
    const { a, found } = await this.#each("take the norm of a product", factoredNorm, options);
    return stacked(a.batch, found.map((norm) => Float64Array.of(norm)), []);
  }

  /**
   * Sums the diagonal.
   *
   * @returns The traces [...].
   * @throws {TypeError} If the product is not square.
   */
  trace(): tf.Tensor {
    refuseOblongShape("take the trace of a product", this.shape);
    return tf.tidy(() => this.A.mul(turned(this.B)).sum([-2, -1]));
  }

  /**
   * Cuts a block out of the product.
   *
   * @param rows From which row and up to but not which; all if null. Negative ones count from the end.
   * @param columns Likewise.
   * @returns The block, factored.
   * @throws {RangeError} If a range is empty or leaves the matrix.
   */
  slice(
    rows: readonly [from: number, to: number] | null,
    columns: readonly [from: number, to: number] | null = null,
  ): FactoredMatrix {
    return new FactoredMatrix(sliceOf(this.A, -2, rows), sliceOf(this.B, -1, columns));
  }

  /**
   * Picks from the leading axes.
   *
   * @param indices An index for each of the first axes; negative ones count from the end.
   * @returns A factored matrix without these axes.
   * @throws {RangeError} If there are more indices than leading axes, or one leaves its axis.
   */
  at(...indices: number[]): FactoredMatrix {
    return factored(() => [picked(this.A, indices), picked(this.B, indices)]);
  }

  /**
   * Forms the product after all.
   *
   * @param options How many numbers it may have, 2 ** 26 unless given.
   * @returns The product [..., rows, columns].
   * @throws {RangeError} If it has more.
   */
  product(options: { readonly limit?: number } = {}): tf.Tensor {
    const { limit = LARGEST } = options;
    const size = this.shape.reduce((product, length) => product * length, 1);
    if (size <= limit) return matMul(this.A, this.B);
    throw new RangeError(
      `Cannot form a product as it must have at most ${limit} numbers: it has ${size}, [${
        this.shape.join(", ")
      }]; take a block by slice() or give a limit`,
    );
  }

  /**
   * Drops the orthonormal side of the product, which keeps every inner product of the other side.
   *
   * @param side Which vectors are dropped: `"left"` leaves S · Vᵀ, `"right"` leaves U · S.
   * @param options What stops the work.
   * @returns S · Vᵀ [..., rank, columns] or U · S [..., rows, rank].
   * @throws {TypeError} If the side is neither.
   * @throws {RangeError} If a number is not finite.
   */
  async collapse(side: "left" | "right", options: AlgebraOptions = {}): Promise<tf.Tensor> {
    if (side !== "left" && side !== "right") {
      throw new TypeError(
        `Cannot collapse a product as its side must be "left" or "right": current value is ${
          Deno.inspect(side, { depth: 0 })
        }`,
      );
    }
    const parts = await this.svd(options), { U, S, V } = parts;
    const made = tf.tidy(() => {
      const kept = (side === "left" ? V : U).mul(S.expandDims(-2));
      return side === "left" ? turned(kept) : kept;
    });
    parts.dispose();
    return made;
  }

  /**
   * Shares the singular values between both factors: A becomes U · √S, and B becomes √S · Vᵀ.
   *
   * @param options What stops the work.
   * @returns The same product, in other factors.
   * @throws {RangeError} If a number is not finite.
   */
  async makeEven(options: AlgebraOptions = {}): Promise<FactoredMatrix> {
    const purpose = "share singular values between factors";
    const { a, b, found } = await this.#each(
      purpose,
      async (by, a, b) => evenFactors(await factoredSvd(by, a, b)),
      options,
    );
    const rank = found[0]?.a.columns ?? 0;
    return new FactoredMatrix(
      stacked(a.batch, found.map((each) => each.a.values), [a.rows, rank]),
      stacked(a.batch, found.map((each) => each.b.values), [rank, b.columns]),
    );
  }

  /** Frees both factors. */
  dispose(): void {
    keepWhenCollected(this);
    this.A.dispose();
    this.B.dispose();
  }

  /** Solves for each matrix of the batch. */
  async #each<Found>(
    purpose: string,
    solve: (by: Solver, a: Matrix, b: Matrix) => Promise<Found>,
    options: AlgebraOptions,
  ) {
    refuseOddOptions(purpose, options);
    const a = await readMatrices(purpose, this.A), b = await readMatrices(purpose, this.B);
    const each = (by: Solver, of: Matrix, i: number) => solve(by, of, b.list[i]!);
    return { a, b, found: await eachMatrix(a.list, each, options.signal) };
  }
}

/** A factored matrix of two tensors, freeing what was made on the way. */
function factored(make: () => [tf.Tensor, tf.Tensor]): FactoredMatrix {
  const [A, B] = tf.tidy(make);
  return new FactoredMatrix(A, B);
}
