/**
 * A BLAS library, found on this machine and called through Deno's foreign function interface.
 *
 * @module
 */

import { batchOf, eachAlone, type MultiplyBatch, sgemmBatch } from "./blas_batch.ts";
import { inWholeTiles, tileRule } from "./whole_tiles.ts";

/** Numbers as a backend stores them: in 32 bits on native, in 64 bits on float64. */
export type Values = Float32Array<ArrayBuffer> | Float64Array<ArrayBuffer>;

/** One product of two row-major matrices: c becomes alpha · a · b + beta · c. */
export interface Product {
  /** The left matrix [rows, inner], or [inner, rows] with `transposeA`. */
  readonly a: Values;
  /** The right matrix [inner, columns], or [columns, inner] with `transposeB`. */
  readonly b: Values;
  /** The result [rows, columns]. */
  readonly c: Values;
  /** The rows of the result. */
  readonly rows: number;
  /** The columns of the result. */
  readonly columns: number;
  /** The length of the sums. */
  readonly inner: number;
  /** Where the left matrix begins. */
  readonly aOffset?: number;
  /** Where the right matrix begins. */
  readonly bOffset?: number;
  /** Where the result begins. */
  readonly cOffset?: number;
  /** How far rows of the left matrix are apart as stored; as many numbers as it has columns unless given. */
  readonly aStride?: number;
  /** How far rows of the right matrix are apart as stored. */
  readonly bStride?: number;
  /** How far rows of the result are apart. */
  readonly cStride?: number;
  /** Whether the left matrix is stored transposed. */
  readonly transposeA?: boolean;
  /** Whether the right matrix is stored transposed. */
  readonly transposeB?: boolean;
  /** What the product is multiplied by, 1 unless given. */
  readonly alpha?: number;
  /** What the old content of `c` is multiplied by, 0 unless given. */
  readonly beta?: number;
}

/** Carries out a {@linkcode Product}. */
export type Multiply = (product: Product) => void;

/** An opened BLAS library. */
export interface Blas {
  /** The path or name that it was opened by. */
  readonly path: string;
  /** The threads that it uses, where it says so. */
  readonly threads?: number;
  /** What it calls the kernels that it uses, such as `Haswell`, where it says so. */
  readonly core?: string;
  /** Lets go of the library, which must not multiply any more. */
  readonly close?: () => void;
  /** Multiplies matrices. */
  readonly multiply: Multiply;
  /** Multiplies many of one shape. */
  readonly multiplyBatch: MultiplyBatch;
}

const int = "i32";
const sgemm = {
  parameters: [
    int, // order
    int, // transpose a
    int, // transpose b
    int, // rows
    int, // columns
    int, // inner
    "f32", // alpha
    "buffer",
    int, // columns of a as stored
    "buffer",
    int, // columns of b as stored
    "f32", // beta
    "buffer",
    int, // columns of c as stored
  ],
  result: "void",
} as const;
const sgemv = {
  parameters: [
    int, // order
    int, // transpose
    int, // rows as stored
    int, // columns as stored
    "f32", // alpha
    "buffer", // the matrix
    int, // its columns as stored
    "buffer", // the vector
    int, // how far its numbers are apart
    "f32", // beta
    "buffer", // the result
    int, // how far its numbers are apart
  ],
  result: "void",
} as const;
/** The products of numbers below which one thread is faster: half the time at 15 by 15 by 64, no less at 128 by 128. */
const SMALL = 2 ** 18;
const rowMajor = 101;
const asStored = 111;
const transposed = 112;

/**
 * Opens a BLAS library.
 *
 * @param path A path, or a name that the system's loader finds.
 * @returns The library, untried.
 * @throws {Error} If it cannot be opened or has no `cblas_sgemm`, prefixed `scipy_` or not.
 */
export function openBlas(path: string): Blas {
  const library = Deno.dlopen(path, {
    plain: { ...sgemm, name: "cblas_sgemm", optional: true },
    scipy: { ...sgemm, name: "scipy_cblas_sgemm", optional: true },
    plainVector: { ...sgemv, name: "cblas_sgemv", optional: true },
    scipyVector: { ...sgemv, name: "scipy_cblas_sgemv", optional: true },
    plainBatch: { ...sgemmBatch, name: "cblas_sgemm_batch", optional: true },
    scipyBatch: { ...sgemmBatch, name: "scipy_cblas_sgemm_batch", optional: true },
    plainThreads: {
      parameters: [],
      result: int,
      name: "openblas_get_num_threads",
      optional: true,
    },
    scipyThreads: {
      parameters: [],
      result: int,
      name: "scipy_openblas_get_num_threads",
      optional: true,
    },
    mklThreads: {
      parameters: [],
      result: int,
      name: "MKL_Get_Max_Threads",
      optional: true,
    },
    mklLocal: {
      parameters: [int],
      result: int,
      name: "MKL_Set_Num_Threads_Local",
      optional: true,
    },
    plainCore: {
      parameters: [],
      result: "pointer",
      name: "openblas_get_corename",
      optional: true,
    },
    scipyCore: {
      parameters: [],
      result: "pointer",
      name: "scipy_openblas_get_corename",
      optional: true,
    },
  });
  const { plain, scipy, plainVector, scipyVector, plainThreads, scipyThreads } = library.symbols;
  const { mklThreads, mklLocal, plainCore, scipyCore, plainBatch, scipyBatch } = library.symbols;
  const call = plain ?? scipy;
  if (!call) {
    library.close();
    throw new Error(`Cannot use "${path}" as a BLAS must have cblas_sgemm: it has none`);
  }
  const threads = (plainThreads ?? scipyThreads ?? mklThreads)?.();
  const byVector = plainVector ?? scipyVector;
  const multiply: Multiply = (product) => {
    const { a, b, c, rows, columns, inner, transposeA = false, transposeB = false } = product;
    const { aOffset = 0, bOffset = 0, cOffset = 0, alpha = 1, beta = 0 } = product;
    const { aStride = transposeA ? rows : inner, bStride = transposeB ? inner : columns } = product;
    const { cStride = columns } = product;
    if (rows === 0 || columns === 0) return;
    if (inner === 0) {
      // Libraries differ in which leading sizes they accept here.
      if (beta === 0) clearResult(product);
      return;
    }
    if (byVector && isNarrow(product, mklThreads === null)) {
      multiplyNarrow(product, byVector);
      return;
    }
    // MKL wakes its threads for products that one does in less time.
    const small = mklLocal !== null && rows * columns * inner < SMALL;
    if (small) mklLocal(1);
    call(
      rowMajor,
      transposeA ? transposed : asStored,
      transposeB ? transposed : asStored,
      rows,
      columns,
      inner,
      alpha,
      aOffset === 0 ? a : a.subarray(aOffset),
      aStride,
      bOffset === 0 ? b : b.subarray(bOffset),
      bStride,
      beta,
      cOffset === 0 ? c : c.subarray(cOffset),
      cStride,
    );
    if (small) mklLocal(0);
  };
  const name = (plainCore ?? scipyCore)?.();
  const core = name ? new Deno.UnsafePointerView(name).getCString() : undefined;
  const rule = tileRule({ mkl: mklThreads !== null, core });
  const batch = plainBatch ?? scipyBatch, tiled = rule ? inWholeTiles(multiply, rule) : multiply;
  return {
    path,
    multiply: tiled,
    multiplyBatch: batch ? batchOf(batch, multiply) : eachAlone(tiled),
    close: () => library.close(),
    ...threads === undefined ? {} : { threads },
    ...core === undefined ? {} : { core },
  };
}

/**
 * Whether rows are so few that the matrix is better read once for each of them: a product of matrices
 * copies it first. With OpenBLAS a row takes a half to a quarter of the time so (GPT-2's matrices),
 * and four rows up to a half where the matrix does not fit in a cache. MKL does not copy it.
 */
function isNarrow({ rows, columns, inner }: Product, copies: boolean): boolean {
  return rows === 1 || columns === 1 || copies && rows <= 4 && inner * columns >= 2 ** 18;
}

type ByVector = (
  ...call: [
    order: number,
    transpose: number,
    rows: number,
    columns: number,
    alpha: number,
    matrix: Values,
    stored: number,
    vector: Values,
    apart: number,
    beta: number,
    result: Values,
    resultApart: number,
  ]
) => void;

/** Puts 0 into the rows of a result. */
function clearResult({ c, rows, columns, cOffset = 0, cStride = columns }: Product): void {
  for (let row = 0, p = cOffset; row < rows; row++, p += cStride) c.fill(0, p, p + columns);
}

/** Multiplies by a vector: each row of `a` by `b`, or `a` by the one column of `b`. */
function multiplyNarrow(product: Product, byVector: ByVector): void {
  const { a, b, c, rows, columns, inner, transposeA = false, transposeB = false } = product;
  const { aOffset = 0, bOffset = 0, cOffset = 0, alpha = 1, beta = 0 } = product;
  const { aStride = transposeA ? rows : inner, bStride = transposeB ? inner : columns } = product;
  const { cStride = columns } = product;
  // Libraries differ in whether 0 · NaN is cleared, and memory that was used before may hold it.
  if (beta === 0) clearResult(product);
  if (columns === 1) {
    const [height, width] = transposeA ? [inner, rows] : [rows, inner];
    const matrix = a.subarray(aOffset), vector = b.subarray(bOffset), result = c.subarray(cOffset);
    const turn = transposeA ? transposed : asStored, apart = transposeB ? 1 : bStride;
    // deno-fmt-ignore
    byVector(
      rowMajor, turn, height, width, alpha, matrix, aStride, vector, apart, beta, result, cStride,
    );
    return;
  }
  const [height, width] = transposeB ? [columns, inner] : [inner, columns];
  const matrix = bOffset === 0 ? b : b.subarray(bOffset);
  const turn = transposeB ? asStored : transposed;
  for (let row = 0; row < rows; row++) {
    const vector = a.subarray(aOffset + row * (transposeA ? 1 : aStride));
    const result = c.subarray(cOffset + row * cStride);
    const apart = transposeA ? aStride : 1;
    byVector(rowMajor, turn, height, width, alpha, matrix, bStride, vector, apart, beta, result, 1);
  }
}
