/**
 * The flips that one test and many share.
 *
 * @module
 */

import { refuseUnknownOptions } from "../show/mod.ts";
import { finiteValues, refuseOddCount } from "./finite_values.ts";
import { givingWay } from "./give_way.ts";
import { seedStream } from "./seed_stream.ts";
import type { SignFlipTests } from "./sign_flip_tests.ts";

/** Which means count as extreme: far from zero, far above it or far below it. */
export type Alternative = "two-sided" | "greater" | "less";

/** Options for tests by flipped signs. */
export interface FlipOptions {
  /** The seed of the patterns of signs; it is not used for 12 differences or fewer. */
  readonly seed: number;
  /**
   * How many patterns of signs are drawn for more than 12 differences.
   *
   * @default {10000}
   */
  readonly draws?: number;
  /**
   * Which means count as extreme.
   *
   * @default {"two-sided"}
   */
  readonly alternative?: Alternative;
  /** Stops the work. */
  readonly signal?: AbortSignal;
}

const alternatives: readonly string[] = ["two-sided", "greater", "less"];
/** Up to so many differences, all patterns of signs are looked at. */
const enumerated = 12;
/** How many patterns are held at once. */
const block = 4096;

/** Differences made comparable, and what they are compared by. */
interface Cells {
  /** The differences of each cell, over the root of the sum of their squares. */
  readonly scaled: readonly Float64Array[];
  /** What each cell came out as: the sum of its differences, turned so that more is more extreme. */
  readonly observed: Float64Array;
  /** The least sum of a cell that counts as extreme: what it came out as, but for what may differ and still be tied. */
  readonly least: Float64Array;
  /** Which cells have a p. */
  readonly defined: readonly number[];
  /** Whether sums far below zero are as extreme as those far above. */
  readonly twoSided: boolean;
}

/**
 * Flips signs of examples in all cells together, and counts how often cells come out as extreme.
 *
 * @param purpose What is done, for the errors.
 * @param cells The differences [cell][example].
 * @param options The seed, and how much is drawn.
 * @returns Means and p.
 * @throws {RangeError} If cells or options are not as they must be.
 * @throws {TypeError} If an option has another name.
 */
export async function flipSigns(
  purpose: string,
  cells: readonly ArrayLike<number>[],
  options: FlipOptions,
): Promise<SignFlipTests> {
  const { seed, draws: asked, alternative, signal } = readOptions(purpose, options);
  const differences = readCells(purpose, cells), count = differences[0]!.length;
  const random = seedStream(seed, "sign flips");
  const exact = count <= enumerated, draws = exact ? 2 ** count : asked;
  const own = comparable(differences, alternative), pause = givingWay(signal);
  const hits = new Float64Array(cells.length), beaten = new Float64Array(cells.length);
  const table = new Float64Array(256 * Math.ceil(count / 8));
  const greatest = new Float64Array(Math.min(draws, block));
  for (let first = 0; first < draws; first += block) {
    const most = greatest.subarray(0, Math.min(block, draws - first)).fill(-Infinity);
    const patterns = drawPatterns(
      most.length,
      count,
      (i, draw) => exact ? first + draw >> i & 1 : random.integer(2),
    );
    for (const cell of own.defined) {
      fillTable(table, own.scaled[cell]!);
      hits[cell]! += raise(most, patterns, table, { ...own, least: own.least[cell]! });
      await pause();
    }
    most.sort();
    for (const cell of own.defined) beaten[cell]! += countFrom(most, own.least[cell]!);
    await pause();
  }
  const share = (counts: Float64Array) =>
    counts.map((hits, cell) =>
      Number.isNaN(own.observed[cell]!) ? NaN : exact ? hits / draws : (hits + 1) / (draws + 1)
    );
  return {
    means: Float64Array.from(differences, (values) => sum(values) / count),
    p: share(hits),
    corrected: share(beaten),
    alternative,
    count,
    draws,
    exact,
    seed: exact ? null : seed,
  };
}

/** The options with their defaults, once they are known to be right. */
function readOptions(
  purpose: string,
  options: FlipOptions,
): Required<Omit<FlipOptions, "signal">> & {
  readonly signal: AbortSignal | undefined;
} {
  refuseUnknownOptions(purpose, options, ["seed", "draws", "alternative", "signal"]);
  const { seed, draws = 10_000, alternative = "two-sided", signal } = options;
  refuseOddCount(purpose, "draws", draws);
  if (!alternatives.includes(alternative)) {
    throw new TypeError(
      `Cannot ${purpose} as alternative must be "two-sided", "greater" or "less": current value is ${
        Deno.inspect(alternative, { depth: 0 })
      }`,
    );
  }
  return { seed, draws, alternative, signal };
}

/** The numbers of the cells, as many in each. */
function readCells(purpose: string, cells: readonly ArrayLike<number>[]): Float64Array[] {
  if (!Array.isArray(cells) || cells.length === 0) {
    throw new RangeError(`Cannot ${purpose} as there must be one cell or more: there is none`);
  }
  const read = cells.map((values, cell) =>
    finiteValues(purpose, cells.length === 1 ? "differences" : `cell ${cell}`, values)
  );
  const odd = read.findIndex(({ length }) => length !== read[0]!.length);
  if (odd < 0) return read;
  throw new RangeError(
    `Cannot ${purpose} as all must have the same examples: cell 0 has ${
      read[0]!.length
    } and cell ${odd} has ${read[odd]!.length}`,
  );
}

/** Scales cells so that their sums may be compared. */
function comparable(differences: readonly Float64Array[], alternative: Alternative): Cells {
  const twoSided = alternative === "two-sided", turn = alternative === "less" ? -1 : 1;
  const scaled = differences.map((values) => {
    // Divided by the greatest first, for a square may be too large or too small to be held.
    const greatest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const within = values.map((value) => greatest === 0 ? 0 : turn * value / greatest);
    const length = Math.sqrt(dot(within, within));
    return within.map((value) => length === 0 ? 0 : value / length);
  });
  const observed = Float64Array.from(scaled, (values) => {
    const total = sum(values);
    return twoSided ? Math.abs(total) : total;
  });
  const least = observed.map((total, cell) =>
    total - 100 * Number.EPSILON * scaled[cell]!.reduce((size, x) => size + Math.abs(x), 0)
  );
  const defined = [...observed.keys()].filter((cell) => !Number.isNaN(observed[cell]));
  return { scaled, observed, least, defined, twoSided };
}

/** Draws patterns of signs: a byte for each eight examples, in which 1 is a flipped sign. */
function drawPatterns(
  draws: number,
  count: number,
  flipped: (example: number, draw: number) => number,
): Uint8Array[] {
  const bytes = Array.from({ length: Math.ceil(count / 8) }, () => new Uint8Array(draws));
  for (let draw = 0; draw < draws; draw++) {
    for (let i = 0; i < count; i++) bytes[i >> 3]![draw]! |= flipped(i, draw) << (i & 7);
  }
  return bytes;
}

/**
 * Adds up eight differences at a time under each of their 256 patterns of signs, so that the sum of all of them under a
 * pattern is one look-up for eight.
 */
function fillTable(table: Float64Array, differences: Float64Array): void {
  for (let at = 0, first = 0; at < table.length; at += 256, first += 8) {
    const eight = differences.subarray(first, first + 8);
    table[at] = sum(eight);
    for (let i = 0; i < eight.length; i++) {
      const bit = 1 << i;
      for (let pattern = 0; pattern < bit; pattern++) {
        table[at + bit + pattern] = table[at + pattern]! - 2 * eight[i]!;
      }
    }
  }
}

/** Raises the greatest sum of each pattern to a cell's, and counts how often that is extreme. */
function raise(
  greatest: Float64Array,
  patterns: readonly Uint8Array[],
  table: Float64Array,
  { least, twoSided }: { readonly least: number; readonly twoSided: boolean },
): number {
  let hits = 0;
  for (let draw = 0; draw < greatest.length; draw++) {
    let total = 0;
    for (let byte = 0; byte < patterns.length; byte++) {
      total += table[256 * byte + patterns[byte]![draw]!]!;
    }
    if (twoSided) total = Math.abs(total);
    if (total >= least) hits++;
    if (total > greatest[draw]!) greatest[draw] = total;
  }
  return hits;
}

/** How many of ordered numbers are at least one. */
function countFrom(ordered: Float64Array, least: number): number {
  let [low, high] = [0, ordered.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ordered[middle]! >= least) high = middle;
    else low = middle + 1;
  }
  return ordered.length - low;
}

/** The sum of numbers. */
function sum(values: Float64Array): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

/** The sum of products of numbers. */
function dot(a: Float64Array, b: Float64Array): number {
  let total = 0;
  for (let i = 0; i < a.length; i++) total += a[i]! * b[i]!;
  return total;
}
