/**
 * Softmax of rows, over vectors, in a scratch that products of matrices can be written into.
 *
 * @module
 */

import { exponentialSumsFunction } from "./exponential_sums.ts";
import { exponential } from "./exponential.ts";
import { wasmBytes, type WrittenFunction } from "./wasm_bytes.ts";
import { type Integer, type Vector, Writer } from "./writer.ts";

/** Rows in the scratch, each beginning at a multiple of four numbers. */
export interface ScratchRows {
  /** How many there are. */
  readonly rows: number;
  /** How far they are apart, a multiple of four. */
  readonly stride: number;
  /** How many numbers of the first count; what follows them in its row becomes 0. */
  readonly seen: number;
  /** How many more count in each next row: 1 where each query sees one key more, else 0. */
  readonly more: 0 | 1;
  /**
   * Where the first begins, a multiple of four.
   *
   * @default 0
   */
  readonly first?: number;
}

const PAGE = 2 ** 16;

interface Compiled {
  readonly memory: WebAssembly.Memory;
  readonly softmax: (
    rows: number,
    stride: number,
    seen: number,
    more: number,
    first: number,
  ) => void;
  readonly sums: (rows: number, stride: number, count: number) => void;
}

let compiled: Compiled | undefined;

/** Compiles the function at the first use. */
function functions(): Compiled {
  if (compiled) return compiled;
  const memory = new WebAssembly.Memory({ initial: 1 });
  const module = new WebAssembly.Module(wasmBytes([softmaxFunction(), exponentialSumsFunction()]));
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  return compiled = { memory, ...exports as unknown as Omit<Compiled, "memory"> };
}

/** Rows of so many numbers begin at multiples of four. */
export function scratchStride(width: number): number {
  return (width + 3) & ~3;
}

/**
 * Gives the scratch.
 *
 * @param length How many numbers it must have.
 * @returns It, with any content; until it is asked for again, when all of it may be overwritten or another array.
 */
export function vectorScratch(length: number): Float32Array<ArrayBuffer> {
  const { memory } = functions(), missing = 4 * length - memory.buffer.byteLength;
  if (missing > 0) memory.grow(Math.ceil(missing / PAGE));
  return new Float32Array(memory.buffer as ArrayBuffer, 0, length);
}

/** Makes probabilities of rows that stand in the scratch; a row without a finite number becomes NaN. */
export function softmaxScratch({ rows, stride, seen, more, first = 0 }: ScratchRows): void {
  functions().softmax(rows, 4 * stride, seen, more, 4 * first);
}

/**
 * Finds the greatest number of each row at the beginning of the scratch, and the sum of the exponentials of how far all are below it;
 * the scratch holds neither afterwards.
 *
 * @param rows How many rows.
 * @param stride How far they are apart, a multiple of four, at least eight.
 * @param count How many numbers of each count.
 */
export function exponentialSums(
  rows: number,
  stride: number,
  count: number,
): (readonly [top: number, sum: number])[] {
  const { memory, sums } = functions();
  sums(rows, 4 * stride, count);
  const singles = new Float32Array(memory.buffer), doubles = new Float64Array(memory.buffer);
  return Array.from(
    { length: rows },
    (_, row) => [singles[row * stride]!, doubles[row * stride / 2 + 2]!] as const,
  );
}

/** For each row: the greatest number, the exponentials and their sum, the shares. */
function softmaxFunction(): WrittenFunction {
  const w = new Writer("softmax", 5), [rows, stride, seen, more, start] = parameters(w);
  const row = w.integer(0), at = w.integer(0), end = w.integer(0), last = w.integer(0);
  const place = w.variable(w.constant(0)), counted = w.variable(place);
  const top = w.variable(place), sum = w.variable(place);
  const lanes = w.integers(0, 1, 2, 3), four = w.integerConstant(4);
  const lowest = w.constant(-Infinity), nothing = w.constant(0), one = w.constant(1);
  /** Visits the vectors that hold a number that counts, with where they stand and what of them counts. */
  const visit = (work: (x: Vector, counts: Vector) => void) => {
    w.assign(place, lanes);
    w.set(at, "add", start, 0);
    w.loop(at, end, 16, () => {
      work(w.load(at), w.do("lessIntegers", place, counted));
      w.assign(place, w.do("addIntegers", place, four));
    });
  };
  w.loop(row, rows, 1, () => {
    w.assign(counted, w.spread(seen));
    w.set(end, "multiply", seen, 4);
    w.set(end, "add", start, end);
    w.assign(top, lowest);
    visit((x, counts) => w.assign(top, w.do("most", top, w.select(counts, x, lowest))));
    w.assign(top, w.across("most", top));
    w.assign(sum, nothing);
    visit((x, counts) => {
      const weight = w.select(counts, exponential(w, w.do("subtract", x, top)), nothing);
      w.store(at, weight);
      w.assign(sum, w.do("add", sum, weight));
    });
    const inverse = w.do("divide", one, w.across("add", sum));
    visit((x) => w.store(at, w.do("multiply", x, inverse)));
    w.set(last, "add", start, stride);
    w.loop(at, last, 16, () => w.store(at, nothing));
    w.set(start, "add", start, stride);
    w.set(seen, "add", seen, more);
  });
  return w.written();
}

/** Rows, bytes from one to the next, numbers that count in the first and how many more in each next, where the first begins. */
function parameters(w: Writer): [Integer, Integer, Integer, Integer, Integer] {
  const [rows, stride, seen, more, start] = [0, 1, 2, 3, 4].map((place) => w.parameter(place));
  return [rows!, stride!, seen!, more!, start!];
}
