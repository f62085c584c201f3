/**
 * Norms of rows over vectors: mean and scale in double precision, the rest in single, each step rounded as the step alone is.
 *
 * @module
 */

import { arenaMemory, placeInArena } from "./arena.ts";
import { wasmBytes, type WrittenFunction } from "./wasm_bytes.ts";
import { type Vector, Writer } from "./writer.ts";

type Singles = Float32Array<ArrayBuffer>;

/** The numbers of rows that are worked on at a time, unless one row has more. */
const CHUNK = 2 ** 13;
/** The longest row: some of it, and what rows are multiplied by, must find room. */
const LONGEST = 2 ** 14;
/** Bytes of the mean and the scale of a row, each four times. */
const MOMENTS = 32;
/** Where the stage has what; rows that stand elsewhere are worked on at its beginning. */
const GAIN = 4 * LONGEST, BIAS = 2 * GAIN, CONSTANTS = 3 * GAIN, TABLE = CONSTANTS + 32;

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
  /** Where what each row is divided by goes, from a norm that measures. */
  readonly measured?: Singles;
  /** What each number of a row is multiplied by. */
  readonly gain?: Singles;
  /** What is added to each number of a row. */
  readonly bias?: Singles | null;
}

type Run = Readonly<Record<string, (...integers: number[]) => void>>;

let compiled: Run | undefined;

/** Compiles the functions at the first use. */
function functions(): Run {
  if (compiled) return compiled;
  const written = [
    momentsFunction("centred", true),
    momentsFunction("plain", false),
    ...[false, true].flatMap((normal) => [
      ...normal ? [rowsFunction("normal", { normal })] : [],
      rowsFunction(normal ? "normalGained" : "gained", { normal, gained: true }),
      rowsFunction(normal ? "normalAffine" : "affine", { normal, gained: true, biased: true }),
    ]),
  ];
  const module = new WebAssembly.Module(wasmBytes(written));
  const { exports } = new WebAssembly.Instance(module, { env: { memory: arenaMemory() } });
  return compiled = exports as unknown as Run;
}

/** Whether rows can be worked on over vectors. */
export function isVectorRows(x: Float32Array | Float64Array, width: number): x is Singles {
  return x instanceof Float32Array && width > 0 && width % 4 === 0 && width <= LONGEST;
}

/** What each row would be divided by: the root of its mean square, after its mean is taken off, where it is. */
export function scaleRows(x: Singles, scales: Singles, norm: NormRows): void {
  eachChunk(x, null, norm, (chunk) => takeScales(chunk, scales));
}

/** Takes the scales of a chunk over. */
function takeScales({ first, rows, moments }: Chunk, scales: Singles): void {
  for (let row = 0; row < rows; row++) scales[first + row] = moments[8 * row + 4]!;
}

/** Measures or takes scales, divides and stretches, as far as it is told, and writes the rows. */
export function normRows(x: Singles, out: Singles, norm: NormRows): void {
  const { width, gain, bias, scales, measured } = norm;
  const run = functions()[bias ? "normalAffine" : gain ? "normalGained" : "normal"]!;
  eachChunk(x, out, norm, (chunk) => {
    const { first, rows, moments, from, to } = chunk;
    if (measured) takeScales(chunk, measured);
    if (scales) {
      for (let row = 0; row < rows; row++) {
        moments.fill(scales[first + row]!, 8 * row + 4, 8 * row + 8);
      }
    }
    run(from, to, rows, 4 * width, TABLE, GAIN, BIAS);
  });
}

/** Multiplies each row by a gain and adds a bias. */
export function affineRows(x: Singles, out: Singles, norm: NormRows): void {
  const { width, bias } = norm, run = functions()[bias ? "affine" : "gained"]!;
  eachChunk(x, out, { ...norm, scales: x }, ({ rows, from, to }) => {
    run(from, to, rows, 4 * width, TABLE, GAIN, BIAS);
  });
}

interface Chunk {
  readonly first: number;
  readonly rows: number;
  /** Where the rows stand. */
  readonly from: number;
  /** Where the result goes. */
  readonly to: number;
  /** For each row its mean four times, then its scale four times. */
  readonly moments: Singles;
}

/** Measures some rows at a time, which are copied to the stage and from it unless they stand where they can be worked on, and calls back. */
function eachChunk(
  x: Singles,
  out: Singles | null,
  norm: NormRows,
  work: (chunk: Chunk) => void,
): void {
  const { width, centre, epsilon = 0, scales, gain, bias } = norm, run = functions();
  const most = Math.max(1, Math.floor(CHUNK / width)), count = x.length / width;
  const { buffer } = arenaMemory() as { buffer: ArrayBuffer };
  new Float64Array(buffer, CONSTANTS, 4).set([1 / width, 1 / width, epsilon, epsilon]);
  if (gain) new Float32Array(buffer, GAIN, width).set(gain);
  if (bias) new Float32Array(buffer, BIAS, width).set(bias);
  const source = placeInArena(x), target = out ? placeInArena(out) : 0;
  for (let first = 0; first < count; first += most) {
    const rows = Math.min(most, count - first), start = first * width, end = start + rows * width;
    if (source < 0) new Float32Array(buffer, 0, end - start).set(x.subarray(start, end));
    const from = source < 0 ? 0 : source + 4 * start, to = target < 0 ? 0 : target + 4 * start;
    const moments = new Float32Array(buffer, TABLE, 8 * rows);
    if (centre) run["centred"]!(from, rows, 4 * width, TABLE, CONSTANTS);
    else if (!scales) run["plain"]!(from, rows, 4 * width, TABLE, CONSTANTS);
    else moments.fill(0);
    work({ first, rows, from, to, moments });
    if (target < 0) out!.set(new Float32Array(buffer, 0, end - start), start);
  }
}

/** Mean and scale of each row. */
function momentsFunction(name: string, centre: boolean): WrittenFunction {
  const w = new Writer(name, 5);
  const [from, rows, width, table, constants] = parameters(w, 5);
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
  w.set(end, "add", from!, 0);
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

/** Takes the mean off each row and divides it; multiplies it by a gain; adds a bias: each where it is told, and rounded. */
function rowsFunction(
  name: string,
  { normal, gained = false, biased = false }: {
    readonly normal: boolean;
    readonly gained?: boolean;
    readonly biased?: boolean;
  },
): WrittenFunction {
  const w = new Writer(name, 7), [from, to, rows, width, table, gain, bias] = parameters(w, 7);
  const one = w.constant(1), row = w.integer(0), at = w.integer(0);
  w.loop(row, rows!, 1, () => {
    const mean = w.load(table!), inverse = w.do("divide", one, w.load(table!, 16));
    w.set(at, "subtract", at, at);
    w.loop(at, width!, 16, () => {
      const x = w.load(from!);
      const normalized = normal ? w.do("multiply", w.do("subtract", x, mean), inverse) : x;
      const stretched = gained ? w.do("multiply", normalized, w.load(gain!)) : normalized;
      w.store(to!, biased ? w.do("add", stretched, w.load(bias!)) : stretched);
      for (const place of [from!, to!, ...gained ? [gain!] : [], ...biased ? [bias!] : []]) {
        w.set(place, "add", place, 16);
      }
    });
    if (gained) w.set(gain!, "subtract", gain!, width!);
    if (biased) w.set(bias!, "subtract", bias!, width!);
    w.set(table!, "add", table!, MOMENTS);
  });
  return w.written();
}

function parameters(w: Writer, count: number) {
  return Array.from({ length: count }, (_, place) => w.parameter(place));
}
