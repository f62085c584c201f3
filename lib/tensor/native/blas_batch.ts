/**
 * Many products of one shape in one call of a BLAS, which shares them out among its threads.
 *
 * @module
 */

import type { Multiply, Product, Values } from "./blas.ts";

/** Where the matrices of one of many products begin. */
export interface ProductPlace {
  /** The left one. */
  readonly a: number;
  /** The right one. */
  readonly b: number;
  /** The result. */
  readonly c: number;
}

/** Products of one shape, among the numbers of the same arrays. */
export type SameProduct = Omit<Product, "aOffset" | "bOffset" | "cOffset">;

/** Carries out a product at each of some places. */
export type MultiplyBatch = (product: SameProduct, places: readonly ProductPlace[]) => void;

/** How a library is asked for it; each argument but the first and the last but one stands in an array. */
export const sgemmBatch = {
  parameters: [
    "i32", // order
    "buffer", // transpose a
    "buffer", // transpose b
    "buffer", // rows
    "buffer", // columns
    "buffer", // inner
    "buffer", // alpha
    "buffer", // where each left matrix is
    "buffer", // columns of a as stored
    "buffer", // where each right matrix is
    "buffer", // columns of b as stored
    "buffer", // beta
    "buffer", // where each result is
    "buffer", // columns of c as stored
    "i32", // how many shapes
    "buffer", // how many products of each
  ],
  result: "void",
} as const;

type Call = Deno.FromForeignFunction<typeof sgemmBatch>;

/** So many products of numbers are worth the addresses: 12 products of 15 rows take half as long again with them. */
const WORTH = 2 ** 18;
const rowMajor = 101;
const asStored = 111;
const transposed = 112;

/**
 * Makes a batch of a library's own.
 *
 * @param call Its function.
 * @param multiply Its product, for batches of one or of little.
 * @returns What carries out batches; each product has the bits that it has alone, with MKL and OpenBLAS.
 */
export function batchOf(call: Call, multiply: Multiply): MultiplyBatch {
  return (product, places) => {
    const { a, b, c, rows, columns, inner, transposeA = false, transposeB = false } = product;
    if (places.length < 2 || places.length * rows * columns * inner < WORTH) {
      return eachAlone(multiply)(product, places);
    }
    const { aStride = transposeA ? rows : inner, bStride = transposeB ? inner : columns } = product;
    const { cStride = columns, alpha = 1, beta = 0 } = product;
    // One array, as each argument has one for several shapes.
    const sizes = Int32Array.of(
      transposeA ? transposed : asStored,
      transposeB ? transposed : asStored,
      rows,
      columns,
      inner,
      aStride,
      bStride,
      cStride,
      places.length,
    );
    const [turnA, turnB, m, n, k, lda, ldb, ldc, count] = Array.from(
      sizes,
      (_, i) => sizes.subarray(i),
    ) as [Size, Size, Size, Size, Size, Size, Size, Size, Size];
    const [scale, kept] = [Float32Array.of(alpha), Float32Array.of(beta)];
    const left = addresses(a, places, "a"), right = addresses(b, places, "b");
    const result = addresses(c, places, "c");
    // deno-fmt-ignore
    call(
      rowMajor, turnA, turnB, m, n, k, scale, left, lda, right, ldb, kept, result, ldc, 1, count,
    );
  };
}

type Size = Int32Array<ArrayBuffer>;

/**
 * Makes a batch of products one after another.
 *
 * @param multiply Carries out one.
 * @returns What carries out batches.
 */
export function eachAlone(multiply: Multiply): MultiplyBatch {
  return (product, places) => {
    for (const { a, b, c } of places) multiply({ ...product, aOffset: a, bOffset: b, cOffset: c });
  };
}

function addresses(
  values: Values,
  places: readonly ProductPlace[],
  which: keyof ProductPlace,
): BigUint64Array<ArrayBuffer> {
  const start = Deno.UnsafePointer.value(Deno.UnsafePointer.of(values));
  return BigUint64Array.from(places, (place) => start + BigInt(4 * place[which]));
}
