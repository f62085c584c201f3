/**
 * The search for a BLAS that is right and fast.
 *
 * @module
 */

import type { Blas } from "./blas.ts";
import { openBestCore } from "./best_core.ts";
import { batchFault, type Trial, trial } from "./trial.ts";

/** Options for {@linkcode findBlas}. */
export interface FindBlasOptions {
  /** The one library to use; if it will not do, that is an error. */
  readonly path?: string | undefined;
  /**
   * Where to look, likeliest first.
   *
   * @default {the project's .blas folder, then the names of the operating system}
   */
  readonly candidates?: readonly string[];
  /**
   * What opens a library.
   *
   * @default {openBestCore}
   */
  readonly open?: (path: string) => Blas;
  /**
   * What tries an opened library.
   *
   * @default {a trial of its products}
   */
  readonly examine?: (blas: Blas) => Trial;
}

/** A library that passed its trial. */
export interface FoundBlas {
  /** The library. */
  readonly blas: Blas;
  /** Billions of operations per second of the trial product. */
  readonly gigaflops: number;
}

/**
 * Opens the first BLAS that passes its trial.
 *
 * @param options Where to look.
 * @returns The library.
 * @throws {Error} If there is none, or the one that was asked for will not do; the message says why.
 */
export function findBlas(options: FindBlasOptions = {}): FoundBlas {
  const { path, open = openBestCore, examine = examined } = options;
  const candidates = path === undefined
    ? options.candidates ?? [...fetched(), ...blasNames(Deno.build.os)]
    : [path];
  if (!candidates.some(mayOpen)) {
    throw new Error(
      "Cannot use a BLAS as foreign functions must be allowed: --allow-ffi was not given",
    );
  }
  const refused: string[] = [];
  for (const candidate of candidates) {
    let blas: Blas;
    try {
      blas = open(candidate);
    } catch (error) {
      // Most names of the search are absent; the one that was asked for deserves its reason.
      if (path !== undefined) throw cannotUse(path, (error as Error).message, error);
      if (!isAbsent(error)) refused.push(`"${candidate}": ${(error as Error).message}`);
      continue;
    }
    const { passed, gigaflops, reason } = examine(blas);
    if (passed) return { blas, gigaflops };
    if (path !== undefined) throw cannotUse(path, reason!);
    refused.push(`"${candidate}" was refused, as ${reason}`);
  }
  throw new Error(
    `Cannot find a fast BLAS as one must be installed: ${refused.join("; ") || "there is none"}`,
  );
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
    "libmkl_rt.so.3",
    "libmkl_rt.so.2",
    "libblis.so.4",
    "libcblas.so.3",
    "libblas.so.3",
  ];
}

/** Tries a library's product, and many at once. */
function examined({ multiply, multiplyBatch }: Blas): Trial {
  const found = trial(multiply);
  const reason = found.passed ? batchFault(multiplyBatch) : undefined;
  return reason ? { ...found, passed: false, reason } : found;
}

/** The error about a library that was asked for by name. */
function cannotUse(path: string, reason: string, cause?: unknown): Error {
  return new Error(
    `Cannot use the BLAS of INNERWORKS_BLAS as it must open and pass its trial: "${path}", ${reason}`,
    { cause },
  );
}

/** Whether the loader says that there is no such library. */
function isAbsent(error: unknown): boolean {
  return error instanceof Error &&
    /No such file|no such file|cannot open shared object|could not be found|126/.test(
      error.message,
    );
}

/** Whether opening a library would not ask for a permission. */
function mayOpen(path: string): boolean {
  return Deno.permissions.querySync({ name: "ffi" }).state === "granted" ||
    Deno.permissions.querySync({ name: "ffi", path }).state === "granted";
}

/** The libraries that `deno task blas` put into the project; MKL, where it was asked for, before OpenBLAS. */
function fetched(): string[] {
  if (!import.meta.url.startsWith("file:")) return [];
  const folder = new URL("../../../.blas/", import.meta.url);
  if (Deno.permissions.querySync({ name: "read", path: folder }).state !== "granted") return [];
  try {
    return [...Deno.readDirSync(folder)]
      .map(({ name }) => name)
      .filter((name) => /^lib(\w*openblas.*\.(so|dylib|dll)|mkl_rt\.so\.\d+)$/.test(name))
      .sort((a, b) => Number(b.startsWith("libmkl")) - Number(a.startsWith("libmkl")))
      .map((name) => Deno.realPathSync(new URL(name, folder)));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}
