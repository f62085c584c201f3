/**
 * Which of its kernels OpenBLAS should use, where it does not know the processor.
 *
 * OpenBLAS chooses by the processor's family and model. One that is newer than the library, or a virtual machine's, may get the
 * kernels of a processor of 2004, at a third of the speed. What instructions there are does not depend on the name.
 *
 * @module
 */

/** Processors whose kernels use AVX2 or more. */
const MODERN = /^(haswell|zen|skylakex|cooperlake|sapphirerapids)$/i;

/**
 * Names kernels that a processor could use instead of those that were chosen, the fastest first.
 *
 * @param core What OpenBLAS calls the kernels that it uses, such as `Prescott`.
 * @param flags The instructions of the processor, as Linux lists them, such as `avx2`.
 * @returns Names for OPENBLAS_CORETYPE; none where the choice is good, or nothing better is known.
 */
export function betterCores(core: string, flags: ReadonlySet<string>): string[] {
  if (MODERN.test(core)) return [];
  const has = (...names: string[]) => names.every((name) => flags.has(name));
  const wide = has("avx512f", "avx512bw", "avx512dq", "avx512vl", "avx512cd");
  return [
    ...wide && has("avx512_bf16") ? ["COOPERLAKE"] : [],
    ...wide ? ["SKYLAKEX"] : [],
    ...has("avx2", "fma") ? ["HASWELL"] : [],
  ];
}

/** The instructions of this processor; none where they cannot be read. */
export function processorFlags(): Set<string> {
  const path = "/proc/cpuinfo";
  const { os, arch } = Deno.build;
  if (os !== "linux" || arch !== "x86_64") return new Set();
  if (Deno.permissions.querySync({ name: "read", path }).state !== "granted") return new Set();
  try {
    const [, flags = ""] = /^flags\s*:\s*(.*)$/m.exec(Deno.readTextFileSync(path)) ?? [];
    return new Set(flags.split(" "));
  } catch {
    // Where it cannot be read, OpenBLAS's own choice stands.
    return new Set();
  }
}

const VARIABLE = "OPENBLAS_CORETYPE";

/** Whether the user leaves the choice to us, and we may say it. */
export function mayChooseCore(): boolean {
  return Deno.permissions.querySync({ name: "env", variable: VARIABLE }).state === "granted" &&
    Deno.env.get(VARIABLE) === undefined;
}

/** Opens a library that reads the name of the kernels when it is loaded; the variable is as before afterwards. */
export function withCore<T>(core: string, open: () => T): T {
  Deno.env.set(VARIABLE, core);
  try {
    return open();
  } finally {
    Deno.env.delete(VARIABLE);
  }
}
