/**
 * Sums of arrays, and of rows with a row, over vectors, where they stand.
 *
 * @module
 */

import type { Values } from "../blas.ts";
import { arenaMemory, placeInArena, STAGE_BYTES } from "./arena.ts";
import { wasmBytes, type WrittenFunction } from "./wasm_bytes.ts";
import { Writer } from "./writer.ts";

/** Bytes of a step: two vectors. */
const STEP = 32;

interface Compiled {
  readonly sum: (bytes: number, a: number, b: number, to: number) => void;
  readonly rows: (end: number, to: number, width: number) => void;
  readonly rowsAndArray: (end: number, to: number, width: number, from: number) => void;
}

let compiled: Compiled | undefined;

/** Compiles the functions at the first use. */
function functions(): Compiled {
  if (compiled) return compiled;
  const module = new WebAssembly.Module(
    wasmBytes([sumFunction(), rowsFunction("rows"), rowsFunction("rowsAndArray")]),
  );
  const { exports } = new WebAssembly.Instance(module, { env: { memory: arenaMemory() } });
  return compiled = exports as unknown as Compiled;
}

/**
 * Adds arrays that all stand in the arena.
 *
 * @param a The first.
 * @param b The second, as long.
 * @param to Where the sums go.
 * @returns Whether they stand there; else nothing was done.
 */
export function addInArena(a: Values, b: Values, to: Values): boolean {
  const places = [a, b, to].map(placeInArena) as [number, number, number];
  if (places.some((place) => place < 0)) return false;
  functions().sum(4 * to.length, ...places);
  return true;
}

/**
 * Adds a row to each row.
 *
 * @param values The rows, which are changed.
 * @param row What is added to each of them.
 */
export function addToRows(values: Values, row: Values): void {
  const place = placeInArena(values), width = row.length;
  if (place >= 0 && width % 4 === 0 && 4 * width <= STAGE_BYTES) {
    new Float32Array(arenaMemory().buffer, 0, width).set(row);
    functions().rows(place + 4 * values.length, place, 4 * width);
    return;
  }
  for (let p = 0; p < values.length; p += width) {
    for (let i = 0; i < width; i++) values[p + i]! += row[i]!;
  }
}

/**
 * Adds a row to each row, and then an array: the bits of both steps, in one.
 *
 * @param values The rows, which are changed.
 * @param array What is added to them, as long.
 * @param row The row; null for none.
 */
export function addArray(values: Values, array: Values, row: Values | null): void {
  const place = placeInArena(values), from = placeInArena(array), width = row?.length ?? 0;
  if (place >= 0 && from >= 0 && row && width % 4 === 0 && 4 * width <= STAGE_BYTES) {
    new Float32Array(arenaMemory().buffer, 0, width).set(row);
    functions().rowsAndArray(place + 4 * values.length, place, 4 * width, from);
    return;
  }
  if (row) addToRows(values, row);
  if (addInArena(values, array, values)) return;
  for (let p = 0; p < values.length; p++) values[p]! += array[p]!;
}

function sumFunction(): WrittenFunction {
  const w = new Writer("sum", 4), at = w.integer(0);
  const [bytes, a, b, to] = [0, 1, 2, 3].map((place) => w.parameter(place));
  w.loop(at, bytes!, STEP, () => {
    for (const next of [0, 16]) w.store(to!, w.do("add", w.load(a!, next), w.load(b!, next)), next);
    for (const place of [a!, b!, to!]) w.set(place, "add", place, STEP);
  });
  return w.written();
}

/** The row stands at the beginning of the stage. */
function rowsFunction(name: "rows" | "rowsAndArray"): WrittenFunction {
  const array = name === "rowsAndArray", w = new Writer(name, array ? 4 : 3);
  const [end, to, width, from] = [0, 1, 2, 3].map((place) => w.parameter(place));
  const at = w.integer(0), start = w.integer(0);
  w.set(start, "add", to!, 0);
  w.loop(start, end!, 0, () => {
    w.set(at, "subtract", at, at);
    w.loop(at, width!, 16, () => {
      const sum = w.do("add", w.load(to!), w.load(at));
      w.store(to!, array ? w.do("add", sum, w.load(from!)) : sum);
      for (const place of array ? [to!, from!] : [to!]) w.set(place, "add", place, 16);
    });
    w.set(start, "add", start, width!);
  });
  return w.written();
}
