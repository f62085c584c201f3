/**
 * What neurons apply, in place, in a scratch that products of matrices can be written into.
 *
 * @module
 */

import { activations } from "./activations.ts";
import type { PointwiseName } from "./pointwise.ts";
import { wasmBytes, type WrittenFunction } from "./wasm_bytes.ts";
import { Writer } from "./writer.ts";

const PAGE = 2 ** 16;
/** Numbers of a step: two vectors. */
const STEP = 8;

interface Compiled {
  readonly memory: WebAssembly.Memory;
  readonly run: Readonly<Record<string, (bytes: number) => void>>;
}

let compiled: Compiled | undefined;

/** Compiles the functions at the first use. */
function functions(): Compiled {
  if (compiled) return compiled;
  const memory = new WebAssembly.Memory({ initial: 1 });
  const written = Object.keys(activations).map((name) => inPlace(name as PointwiseName));
  const module = new WebAssembly.Module(wasmBytes(written));
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  return compiled = { memory, run: exports as unknown as Compiled["run"] };
}

function inPlace(name: PointwiseName): WrittenFunction {
  const w = new Writer(name, 1), at = w.integer(0);
  w.loop(at, w.parameter(0), 4 * STEP, () => {
    for (const next of [0, 16]) w.store(at, activations[name](w, w.load(at, next)), next);
  });
  return w.written();
}

/**
 * Gives the scratch.
 *
 * @param length How many numbers it must have.
 * @returns It, with any content; until it is asked for again, when all of it may be overwritten or another array.
 */
export function activationScratch(length: number): Float32Array<ArrayBuffer> {
  const { memory } = functions(), room = 4 * Math.ceil(length / STEP) * STEP;
  const missing = room - memory.buffer.byteLength;
  if (missing > 0) memory.grow(Math.ceil(missing / PAGE));
  return new Float32Array(memory.buffer as ArrayBuffer, 0, length);
}

/** Applies a function to the numbers that stand at the beginning of the scratch. */
export function activateScratch(name: PointwiseName, length: number): void {
  functions().run[name]!(4 * length);
}
