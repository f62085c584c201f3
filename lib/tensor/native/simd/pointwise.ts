/**
 * Functions of numbers, one by one, run over vectors.
 *
 * @module
 */

import type { Values } from "../blas.ts";
import { activations, type OfOne, type OfTwo, slopes } from "./activations.ts";
import { arenaMemory, placeInArena, STAGE_BYTES } from "./arena.ts";
import { addToRows } from "./sums.ts";
import { wasmBytes, type WrittenFunction } from "./wasm_bytes.ts";
import { type Vector, Writer } from "./writer.ts";

/** The numbers that are worked on at a time where they are copied: inputs and result together stay in the processor's nearest caches. */
const CHUNK = 4096;
/** Bytes of a step: two vectors, as each waits long for its own divisions. */
const STEP = 32;

/** What is there over vectors. */
export type PointwiseName = keyof typeof activations;

type Run = Readonly<Record<string, (...integers: number[]) => void>>;

let compiled: Run | undefined;

/** Compiles the functions at the first use. */
function functions(): Run {
  if (compiled) return compiled;
  const written = [
    ...Object.entries(activations).flatMap(([name, f]) => [pointwise(name, 1, f), biased(name, f)]),
    ...Object.entries(slopes).map(([name, f]) => pointwise(`${name}'`, 2, f)),
  ];
  const module = new WebAssembly.Module(wasmBytes(written));
  const { exports } = new WebAssembly.Instance(module, { env: { memory: arenaMemory() } });
  return compiled = exports as unknown as Run;
}

/** A function over all vectors: how many bytes, where each input stands, where the result goes. */
function pointwise(name: string, inputs: 1 | 2, f: OfOne | OfTwo): WrittenFunction {
  const w = new Writer(name, 2 + inputs), at = w.integer(0), to = w.parameter(1 + inputs);
  const from = Array.from({ length: inputs }, (_, place) => w.parameter(1 + place));
  w.loop(at, w.parameter(0), STEP, () => {
    for (const next of [0, 16]) {
      const read = from.map((place) => w.load(place, next));
      w.store(to, f(w, read[0]!, read[1] as Vector), next);
    }
    for (const place of [...from, to]) w.set(place, "add", place, STEP);
  });
  return w.written();
}

/** A function of the sum of each row and the one at the beginning of the stage, in place: where rows end and begin, their bytes. */
function biased(name: string, f: OfOne): WrittenFunction {
  const w = new Writer(`${name} of sums`, 3), end = w.parameter(0), to = w.parameter(1);
  const width = w.parameter(2), at = w.integer(0), start = w.integer(0);
  w.set(start, "add", to, 0);
  w.loop(start, end, 0, () => {
    w.set(at, "subtract", at, at);
    w.loop(at, width, STEP, () => {
      for (const next of [0, 16]) {
        w.store(to, f(w, w.do("add", w.load(to, next), w.load(at, next))), next);
      }
      w.set(to, "add", to, STEP);
    });
    w.set(start, "add", start, width);
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

/**
 * Adds a row to each row, and applies a function.
 *
 * @param name The function.
 * @param values The rows, which are changed.
 * @param row What is added to each of them.
 */
export function activateSums(name: PointwiseName, values: Values, row: Values): void {
  const place = placeInArena(values), bytes = 4 * row.length;
  if (place < 0 || bytes % STEP !== 0 || bytes > STAGE_BYTES) {
    addToRows(values, row);
    return activateVectors(name, values, values);
  }
  new Float32Array(arenaMemory().buffer, 0, row.length).set(row);
  functions()[`${name} of sums`]!(place + 4 * values.length, place, bytes);
}

/** Works where the numbers stand, or on copies in the stage. */
function inChunks(name: string, from: readonly Values[], to: Values): void {
  const run = functions()[name]!, places = [...from, to].map(placeInArena);
  if (places.every((place) => place >= 0)) return run(4 * to.length, ...places);
  const { buffer } = arenaMemory() as { buffer: ArrayBuffer };
  const regions = places.map((_, place) => new Float32Array(buffer, 4 * CHUNK * place, CHUNK));
  const stage = regions.map(({ byteOffset }) => byteOffset), result = regions.at(-1)!;
  for (let start = 0; start < to.length; start += CHUNK) {
    const count = Math.min(CHUNK, to.length - start), whole = count === CHUNK;
    from.forEach((values, i) => regions[i]!.set(values.subarray(start, start + count)));
    run(4 * count, ...stage);
    to.set(whole ? result : result.subarray(0, count), start);
  }
}
