/**
 * Which machine does the arithmetic.
 *
 * @module
 */

import * as tf from "./tfjs.ts";

/** The backends that {@linkcode startBackend} knows. */
export type BackendName = "native" | "wasm" | "cpu" | "webgpu";

/** What {@linkcode startBackend} found. */
export interface BackendReport {
  /** The backend in use. */
  readonly name: BackendName;
  /** The BLAS library that multiplies matrices, on the native backend. */
  readonly blas?: string;
  /** The threads that it uses, where it says so. */
  readonly threads?: number;
  /** Billions of operations per second of the trial product. */
  readonly gigaflops?: number;
  /** What would make the library faster, if anything is known. */
  readonly note?: string;
}

let started: Promise<BackendReport> | undefined;

/**
 * Starts a backend, once: later calls give the first one's report.
 *
 * @param name Which one; else that of the environment variable INNERWORKS_BACKEND, else the fastest.
 * @returns What was started.
 */
export function startBackend(name?: BackendName): Promise<BackendReport> {
  return started ??= start(name);
}

async function start(name: BackendName | undefined): Promise<BackendReport> {
  const chosen = name ?? "cpu";
  await tf.setBackend(chosen);
  return { name: chosen };
}
