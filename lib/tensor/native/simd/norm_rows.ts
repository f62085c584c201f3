/**
 * Norms of rows over vectors: mean and scale in double precision, the rest in single, each step rounded as the step alone is.
 *
 * @module
 */

import { wasmBytes, type WrittenFunction } from "./wasm_bytes.ts";
import { type Vector, Writer } from "./writer.ts";

type Singles = Float32Array<ArrayBuffer>;

/** The numbers of rows that are worked on at a time, unless one row has more. */
const CHUNK = 2 ** 14;
const PAGE = 2 ** 16;
/** Bytes of the mean and the scale of a row, each four times. */
const MOMENTS = 32;

/** What a norm of rows is told. */
export interface NormRows {
  /** The numbers of a row, a multiple of four. */
  readonly width: number;
  /** Whether the mean is taken off. */
  readonly centre: boolean;
  /** What is added to the mean square, for a norm that measures. */
  readonly epsilon?: number;
  /** What each row is divided by, where that is given. */
  readonly scales?: Singles;
  /** What each number of a row is multiplied by. */
  readonly gain?: Singles;
  /** What is added to each number of a row. */
  readonly bias?: Singles | null;
}

interface Compiled {
  readonly memory: WebAssembly.Memory;
  readonly run: Readonly<Record<string, (...integers: number[]) => void>>;
}

let compiled: Compiled | undefined;

/** Compiles the functions at the first use. */
function functions(): Compiled {
  if (compiled) return compiled;
  const memory = new WebAssembly.Memory({ initial: 3 });
  const written = [
    momentsFunction("centred", true),
    momentsFunction("plain", false),
    normalizeFunction(),
    affineFunction("gained", false),
    affineFunction("affine", true),
  ];
  const module = new WebAssembly.Module(wasmBytes(written));
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  return compiled = { memory, run: exports as unknown as Compiled["run"] };
}

/** Whether rows can be worked on over vectors. */
export function isVectorRows(x: Float32Array | Float64Array, width: number): x is Singles {
  return x instanceof Float32Array && width > 0 && width % 4 === 0;
}

/** What each row would be divided by: the root of its mean square, after its mean is taken off, where it is. */
export function scaleRows(x: Singles, scales: Singles, norm: NormRows): void {
  eachChunk(x, norm, ({ first, rows, moments }) => {
    for (let row = 0; row < rows; row++) scales[first + row] = moments[8 * row + 4]!;
  });
}

/** Measures or takes scales, divides and stretches, as far as it is told, and writes the rows. */
export function normRows(x: Singles, out: Singles, norm: NormRows): void {
  const { width, gain, bias, scales } = norm, { run } = functions();
  eachChunk(x, norm, ({ first, rows, data, moments, places }) => {
    if (scales) {
      for (let row = 0; row < rows; row++) {
        moments.fill(scales[first + row]!, 8 * row + 4, 8 * row + 8);
      }
    }
    run.normalize!(rows, 4 * width, places.moments);
    if (gain) run[bias ? "affine" : "gained"]!(rows, 4 * width, places.gain, places.bias);
    out.set(data, first * width);
  });
}

/** Multiplies each row by a gain and adds a bias. */
export function affineRows(x: Singles, out: Singles, norm: NormRows): void {
  const { width, bias } = norm, { run } = functions();
  eachChunk(x, { ...norm, scales: x }, ({ first, rows, data, places }) => {
    run[bias ? "affine" : "gained"]!(rows, 4 * width, places.gain, places.bias);
    out.set(data, first * width);
  });
}

interface Chunk {
  readonly first: number;
  readonly rows: number;
  readonly data: Singles;
  /** For each row its mean four times, then its scale four times. */
  readonly moments: Singles;
  readonly places: { readonly gain: number; readonly bias: number; readonly moments: number };
}

/** Copies some rows at a time into the memory, measures them, and calls back. */
function eachChunk(x: Singles, norm: NormRows, work: (chunk: Chunk) => void): void {
  const { width, centre, epsilon = 0, scales, gain, bias } = norm, { memory, run } = functions();
  const most = Math.max(1, Math.floor(CHUNK / width)), count = x.length / width;
  const constants = 4 * most * width,
    places = {
      gain: constants + 32,
      bias: constants + 32 + 4 * width,
      moments: constants + 32 + 8 * width,
    };
  const bytes = places.moments + MOMENTS * most - memory.buffer.byteLength;
  if (bytes > 0) memory.grow(Math.ceil(bytes / PAGE));
  const { buffer } = memory as { buffer: ArrayBuffer };
  new Float64Array(buffer, constants, 4).set([1 / width, 1 / width, epsilon, epsilon]);
  if (gain) new Float32Array(buffer, places.gain, width).set(gain);
  if (bias) new Float32Array(buffer, places.bias, width).set(bias);
  for (let first = 0; first < count; first += most) {
    const rows = Math.min(most, count - first);
    const data = new Float32Array(buffer, 0, rows * width);
    data.set(x.subarray(first * width, (first + rows) * width));
    const moments = new Float32Array(buffer, places.moments, 8 * rows);
    if (centre) run.centred!(rows, 4 * width, places.moments, constants);
    else if (!scales) run.plain!(rows, 4 * width, places.moments, constants);
    else moments.fill(0);
    work({ first, rows, data, moments, places });
  }
}

/** Mean and scale of each row. */
function momentsFunction(name: string, centre: boolean): WrittenFunction {
  const w = new Writer(name, 4);
  const [rows, width, table, constants] = parameters(w, 4);
  const perWidth = w.load(constants!), epsilon = w.load(constants!, 16);
  const zero = w.constant(0), low = w.variable(zero), high = w.variable(zero);
  const mean = w.variable(zero), row = w.integer(0), at = w.integer(0), end = w.integer(0);
  /** Sums of what is made of the doubles of a row, lane by lane. */
  const summed = (of: (doubles: Vector) => Vector) => {
    w.assign(low, zero);
    w.assign(high, zero);
    w.set(at, "subtract", end, width!);
    w.loop(at, end, 16, () => {
      const x = w.load(at);
      w.assign(low, w.do("addDoubles", low, of(w.of("toDoubles", x))));
      w.assign(high, w.do("addDoubles", high, of(w.of("toDoubles", w.turned(x)))));
    });
    const sum = w.across("addDoubles", w.do("addDoubles", low, high));
    return w.do("multiplyDoubles", sum, perWidth);
  };
  const fourTimes = (doubles: Vector) => w.firstTwice(w.of("toSingles", doubles));
  w.loop(row, rows!, 1, () => {
    w.set(end, "add", end, width!);
    if (centre) w.assign(mean, summed((x) => x));
    const square = summed((x) => {
      const apart = centre ? w.do("subtractDoubles", x, mean) : x;
      return w.do("multiplyDoubles", apart, apart);
    });
    const scale = w.of("rootDoubles", w.do("addDoubles", square, epsilon));
    w.store(table!, fourTimes(mean));
    w.store(table!, fourTimes(scale), 16);
    w.set(table!, "add", table!, MOMENTS);
  });
  return w.written();
}

/** Takes the mean off each row, and divides. */
function normalizeFunction(): WrittenFunction {
  const w = new Writer("normalize", 3), [rows, width, table] = parameters(w, 3);
  const one = w.constant(1), row = w.integer(0), at = w.integer(0), end = w.integer(0);
  w.loop(row, rows!, 1, () => {
    const mean = w.load(table!), inverse = w.do("divide", one, w.load(table!, 16));
    w.set(end, "add", end, width!);
    w.loop(at, end, 16, () => {
      w.store(at, w.do("multiply", w.do("subtract", w.load(at), mean), inverse));
    });
    w.set(table!, "add", table!, MOMENTS);
  });
  return w.written();
}

/** Multiplies each row by a gain, and adds a bias where there is one. */
function affineFunction(name: string, biased: boolean): WrittenFunction {
  const w = new Writer(name, 4), [rows, width, gain, bias] = parameters(w, 4);
  const row = w.integer(0), at = w.integer(0), end = w.integer(0);
  w.loop(row, rows!, 1, () => {
    w.set(end, "add", end, width!);
    w.loop(at, end, 16, () => {
      const stretched = w.do("multiply", w.load(at), w.load(gain!));
      w.store(at, biased ? w.do("add", stretched, w.load(bias!)) : stretched);
      w.set(gain!, "add", gain!, 16);
      w.set(bias!, "add", bias!, 16);
    });
    w.set(gain!, "subtract", gain!, width!);
    w.set(bias!, "subtract", bias!, width!);
  });
  return w.written();
}

function parameters(w: Writer, count: number) {
  return Array.from({ length: count }, (_, place) => w.parameter(place));
}
