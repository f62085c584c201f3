/**
 * Functions over vectors, compiled alone and run on a few numbers.
 *
 * @module
 */

import { wasmBytes } from "../../../../lib/tensor/native/simd/wasm_bytes.ts";
import { type Vector, Writer } from "../../../../lib/tensor/native/simd/writer.ts";

/** Compiles a function of one address and runs it on the first numbers of a memory. */
export function run(
  numbers: readonly number[],
  write: (w: Writer) => void,
  argument = 0,
): number[] {
  const memory = new WebAssembly.Memory({ initial: 1 }), values = new Float32Array(memory.buffer);
  values.set(numbers);
  const w = new Writer("work", 1);
  write(w);
  const module = new WebAssembly.Module(wasmBytes([w.written()]));
  const { work } = new WebAssembly.Instance(module, { env: { memory } }).exports;
  (work as (argument: number) => void)(argument);
  return [...values.subarray(0, numbers.length)];
}

/** Replaces the first vector. */
export const changed = (f: (w: Writer, x: Vector) => Vector) => (w: Writer) => {
  const address = w.parameter(0);
  w.store(address, f(w, w.load(address)));
};
