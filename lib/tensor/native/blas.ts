/**
 * A BLAS library, found on this machine and called through Deno's foreign function interface.
 *
 * @module
 */

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
  /** Multiplies matrices. */
  readonly multiply: Multiply;
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
  });
  const { plain, scipy, plainThreads, scipyThreads } = library.symbols;
  const call = plain ?? scipy;
  if (!call) {
    library.close();
    throw new Error(`Cannot use "${path}" as a BLAS must have cblas_sgemm: it has none`);
  }
  const threads = (plainThreads ?? scipyThreads)?.();
  const multiply: Multiply = (product) => {
    const { a, b, c, rows, columns, inner, transposeA = false, transposeB = false } = product;
    const { aOffset = 0, bOffset = 0, cOffset = 0, alpha = 1, beta = 0 } = product;
    if (rows === 0 || columns === 0) return;
    if (inner === 0) {
      // Libraries differ in which leading sizes they accept here.
      if (beta === 0) c.fill(0, cOffset, cOffset + rows * columns);
      return;
    }
    call(
      rowMajor,
      transposeA ? transposed : asStored,
      transposeB ? transposed : asStored,
      rows,
      columns,
      inner,
      alpha,
      aOffset === 0 ? a : a.subarray(aOffset),
      transposeA ? rows : inner,
      bOffset === 0 ? b : b.subarray(bOffset),
      transposeB ? inner : columns,
      beta,
      cOffset === 0 ? c : c.subarray(cOffset),
      columns,
    );
  };
  return { path, multiply, ...(threads === undefined ? {} : { threads }) };
}

/**
 * Lists where a BLAS may be, likeliest first.
 *
 * @param os The operating system.
 * @returns Names for the system's loader.
 */
export function blasNames(os: typeof Deno.build.os): readonly string[] {
  if (os === "darwin") {
    return ["/System/Library/Frameworks/Accelerate.framework/Accelerate", "libopenblas.dylib"];
  }
  if (os === "windows") return ["libopenblas.dll", "openblas.dll", "mkl_rt.2.dll"];
  return [
    "libopenblas.so.0",
    "libopenblas.so",
    "libmkl_rt.so.2",
    "libblis.so.4",
    "libcblas.so.3",
    "libblas.so.3",
  ];
}
