/**
 * Functions of numbers, one by one, run over vectors.
 *
 * @module
 */

import type { Values } from "../blas.ts";
import { activations, type OfOne, type OfTwo, slopes } from "./activations.ts";
import { wasmBytes, type WrittenFunction } from "./wasm_bytes.ts";
import { type Vector, Writer } from "./writer.ts";

/** The numbers that are worked on at a time: inputs and result together stay in the processor's nearest caches. */
const CHUNK = 4096;
const BYTES = 4 * CHUNK;

/** What is there over vectors. */
export type PointwiseName = keyof typeof activations;

interface Compiled {
  readonly inputs: readonly Float32Array[];
  readonly result: Float32Array;
  readonly run: Readonly<Record<string, (bytes: number) => void>>;
}

let compiled: Compiled | undefined;

/** Compiles the functions at the first use. */
function functions(): Compiled {
  if (compiled) return compiled;
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1 });
  const written = [
    ...Object.entries(activations).map(([name, f]) => pointwise(name, 1, f)),
    ...Object.entries(slopes).map(([name, f]) => pointwise(`${name}'`, 2, f)),
  ];
  const module = new WebAssembly.Module(wasmBytes(written));
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  const region = (place: number) => new Float32Array(memory.buffer, place * BYTES, CHUNK);
  return compiled = {
    inputs: [region(0), region(1)],
    result: region(2),
    run: exports as unknown as Compiled["run"],
  };
}

/** A function over all vectors of a chunk: its inputs stand one region after another, its result in the third. */
function pointwise(name: string, inputs: 1 | 2, f: OfOne | OfTwo): WrittenFunction {
  const w = new Writer(name, 1), end = w.parameter(0), at = w.integer(0);
  // Two vectors a step: each waits long for its own divisions.
  w.loop(at, end, 32, () => {
    for (const next of [0, 16]) {
      const read = Array.from({ length: inputs }, (_, place) => w.load(at, place * BYTES + next));
      w.store(at, f(w, read[0]!, read[1] as Vector), 2 * BYTES + next);
    }
  });
  return w.written();
}

/** Whether a function is there over vectors, for numbers stored like these. */
export function isPointwise(name: string, values: Values): name is PointwiseName {
  return values instanceof Float32Array && Object.hasOwn(activations, name);
}

/**
 * Computes y = f(x).
 *
 * @param name The function.
 * @param x The numbers.
 * @param y Where the results go; it may be `x`.
 */
export function activateVectors(name: PointwiseName, x: Values, y: Values): void {
  inChunks(name, [x], y);
}

/**
 * Computes dx = f′(x) dy.
 *
 * @param name The function.
 * @param x The numbers.
 * @param dy What is multiplied by the slopes.
 * @param dx Where the results go.
 */
export function slopeVectors(name: PointwiseName, x: Values, dy: Values, dx: Values): void {
  inChunks(`${name}'`, [x, dy], dx);
}

function inChunks(name: string, from: readonly Values[], to: Values): void {
  const { inputs, result, run } = functions(), work = run[name]!;
  for (let start = 0; start < to.length; start += CHUNK) {
    const count = Math.min(CHUNK, to.length - start), whole = count === CHUNK;
    from.forEach((values, i) => inputs[i]!.set(values.subarray(start, start + count)));
    work(4 * count);
    to.set(whole ? result : result.subarray(0, count), start);
  }
}
