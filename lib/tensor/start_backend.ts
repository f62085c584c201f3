/**
 * Which machine does the arithmetic.
 *
 * @module
 */

import { useLibrary } from "./algebra/solver.ts";
import { findBlas } from "./native/find_blas.ts";
import { registerNative } from "./native/register.ts";
import { mendGradients } from "./mend_gradients.ts";
import * as tf from "./tfjs.ts";

/** The backends that {@linkcode startBackend} knows. */
export type BackendName = "native" | "wasm" | "cpu" | "webgpu" | "float64";

/** What {@linkcode startBackend} found. */
export interface BackendReport {
  /** The backend in use. */
  readonly name: BackendName;
  /** The BLAS library that multiplies matrices, on the native backend. */
  readonly blas?: string;
  /** The threads that it uses, where it says so. */
  readonly threads?: number;
  /** What it calls the kernels that it uses, such as `SkylakeX`, where it says so. */
  readonly core?: string;
  /** Billions of operations per second of the trial product, on the native backend. */
  readonly gigaflops?: number;
  /** What would make the library faster, where it had to fall back. */
  readonly note?: string;
}

const names: readonly string[] = ["native", "wasm", "cpu", "webgpu", "float64"];

// tfjs advertises a package for Node at the first tensor, even at one made before a backend is
// started. A cpu backend of its own may be made later, so the flag is held for all of them.
const cpu = tf.findBackend("cpu") as unknown as { firstUse: boolean };
cpu.firstUse = false;
Object.defineProperty(Object.getPrototypeOf(cpu), "firstUse", { get: () => false, set: () => {} });

let started:
  | { readonly asked: BackendName | undefined; readonly report: Promise<BackendReport> }
  | undefined;

/**
 * Starts the backend that tensors live on, once: concurrent and later calls share the first.
 *
 * Without a name it is the one that the environment variable INNERWORKS_BACKEND names, else
 * `native` where a fast BLAS is found, else `wasm`, else `cpu`; a fall-back is said once, by
 * `console.info` and in the report. `float64` computes in double precision, slowly: it is there to
 * test identities. INNERWORKS_BLAS names the library to use: one that cannot be
 * opened or fails its trial is an error.
 *
 * @param name Which backend.
 * @returns What was started.
 * @throws {RangeError} If there is no backend of that name, or another one was started before.
 * @throws {Error} If the backend that was asked for cannot be started.
 *
 * @example Usage
 * ```ts
 * import { startBackend, tf } from "@innerworks/innerworks";
 *
 * const { name } = await startBackend();
 * console.log(name === tf.getBackend()); // true
 * ```
 */
export async function startBackend(name?: BackendName): Promise<BackendReport> {
  if (started === undefined) {
    const report = start(name);
    started = { asked: name, report };
    // A name that cannot be had must not keep the caller from asking for another.
    report.catch(() => started = undefined);
  }
  const report = await started.report;
  if (name !== undefined && name !== report.name) {
    throw new RangeError(
      `Cannot start the backend "${name}" as one process has one backend: it is "${report.name}"`,
    );
  }
  return report;
}

/** Starts what was asked for, or the fastest there is. */
async function start(argument: BackendName | undefined): Promise<BackendReport> {
  const name = argument ?? environment("INNERWORKS_BACKEND");
  if (name !== undefined && !names.includes(name)) {
    throw new RangeError(
      `Cannot start a backend as its name must be one of ${
        names.join(", ")
      }: current value is "${name}"`,
    );
  }
  mendGradients();
  if (name === "native") return await startNative();
  if (name === "wasm") return await startWasm();
  if (name === "webgpu") return await startWebgpu();
  if (name === "cpu") return await startCpu();
  if (name === "float64") return await startFloat64();
  return await startFastest();
}

/** Native where a fast BLAS is found, else wasm, else cpu. */
async function startFastest(): Promise<BackendReport> {
  const explicit = environment("INNERWORKS_BLAS") !== undefined;
  const reasons: string[] = [];
  for (const attempt of [startNative, startWasm, startCpu]) {
    try {
      const report = await attempt();
      if (reasons.length === 0) return report;
      // A library that was fetched would be of no use to a process that may not call it.
      const advice = reasons[0]!.includes("--allow-ffi")
        ? "Run with --allow-ffi, or with -A"
        : "`deno task blas` fetches one";
      const note = `Running on ${report.name}, several times slower than with a BLAS: ${
        reasons.join("; ")
      }. ${advice}`;
      console.info(note);
      return { ...report, note };
    } catch (error) {
      if (explicit || attempt === startCpu) throw error;
      reasons.push((error as Error).message);
    }
  }
  throw new Error("Cannot start a backend as one must work: none does");
}

async function startNative(): Promise<BackendReport> {
  const { blas, gigaflops } = findBlas({ path: environment("INNERWORKS_BLAS") });
  registerNative(blas.multiply, { multiplyBatch: blas.multiplyBatch });
  useLibrary(blas.path);
  await tf.setBackend("native");
  const { path, threads, core } = blas;
  return {
    name: "native",
    blas: path,
    gigaflops,
    ...threads === undefined ? {} : { threads },
    ...core === undefined ? {} : { core },
  };
}

async function startWasm(): Promise<BackendReport> {
  const { startWasmBackend } = await import("./wasm.ts");
  await startWasmBackend();
  return { name: "wasm" };
}

async function startWebgpu(): Promise<BackendReport> {
  await import("./tfjs_webgpu.ts");
  if (!await tf.setBackend("webgpu")) {
    throw new Error(
      'Cannot start the backend "webgpu" as a graphics adapter must be there: none was found',
    );
  }
  return { name: "webgpu" };
}

async function startCpu(): Promise<BackendReport> {
  await tf.setBackend("cpu");
  return { name: "cpu" };
}

async function startFloat64(): Promise<BackendReport> {
  const { registerFloat64 } = await import("./float64/register.ts");
  registerFloat64();
  await tf.setBackend("float64");
  return { name: "float64" };
}

/** Reads an environment variable, without asking for a permission that was not given. */
function environment(variable: string): string | undefined {
  const { state } = Deno.permissions.querySync({ name: "env", variable });
  return (state === "granted" ? Deno.env.get(variable) : undefined) || undefined;
}
