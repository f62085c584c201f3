/**
 * How far the averages of many cells may be off, all of them drawn alike.
 *
 * @module
 */

import { refuseUnknownOptions } from "../show/mod.ts";
import { type BootstrapIntervalOptions, quantile } from "./bootstrap_interval.ts";
import { finiteValues, refuseOddConfidence, refuseOddCount } from "./finite_values.ts";
import { givingWay } from "./give_way.ts";
import { seedStream } from "./seed_stream.ts";

/** Options for {@linkcode bootstrapIntervals}. */
export interface BootstrapIntervalsOptions extends Omit<BootstrapIntervalOptions, "statistic"> {
  /**
   * What each mean is divided by the mean of, one number an example: the statistic is then the ratio of the two means,
   * and a resample draws the same examples above and below.
   *
   * @default {nothing}
   */
  readonly per?: ArrayLike<number>;
}

/** The means of many cells, and how far each may be off. */
export interface BootstrapIntervals {
  /** The mean of each cell, or the ratio of means. */
  readonly estimates: Float64Array;
  /** The lower end of each interval. */
  readonly low: Float64Array;
  /** The upper end of each. */
  readonly high: Float64Array;
  /** How often such an interval is to hold the true value. */
  readonly confidence: number;
  /** How many values a cell has. */
  readonly count: number;
  /** How many resamples were drawn. */
  readonly resamples: number;
  /** The seed that they were drawn by. */
  readonly seed: number;
}

const purpose = "bootstrap intervals";

/**
 * Bootstraps an interval for the mean of each of many cells, such as those of a grid: the numbers that
 * {@linkcode bootstrapInterval} gives for each alone under the same seed, in a fraction of the time, as all cells share
 * the examples that were drawn.
 *
 * An interval is right for one cell that was chosen beforehand. Of a hundred cells without an effect about five
 * intervals of 95% miss zero; what corrects for that is {@linkcode signFlipTests}.
 *
 * @param cells The values [cell][example], the same examples in each.
 * @param options The seed, how many resamples, the confidence, and what the means are divided by.
 * @returns Means and ends of each cell; all of a cell is NaN if one of its values is, or the ratio is 0 / 0. An end is
 * NaN as well where there is one example alone, and where a resample's ratio is none.
 * @throws {RangeError} If there are no cells or no examples, cells differ in length, a value is infinite, or an option
 * is outside its range.
 * @throws {TypeError} If an option has another name.
 *
 * @example
 * ```ts
 * import { bootstrapInterval, bootstrapIntervals } from "@innerworks/innerworks";
 *
 * const { low } = await bootstrapIntervals([[1, 2, 4, 5], [0, 1, 0, 2]], { seed: 1 });
 * const alone = await bootstrapInterval([1, 2, 4, 5], { seed: 1 });
 * console.log(low[0] === alone.low); // true
 * ```
 */
export async function bootstrapIntervals(
  cells: readonly ArrayLike<number>[],
  options: BootstrapIntervalsOptions,
): Promise<BootstrapIntervals> {
  refuseUnknownOptions(purpose, options, ["seed", "resamples", "confidence", "per", "signal"]);
  const { seed, resamples = 1000, confidence = 0.95, per, signal } = options;
  refuseOddCount(purpose, "resamples", resamples);
  refuseOddConfidence(purpose, confidence);
  const { own, below } = readCells(cells, per);
  const count = own[0]!.length, pause = givingWay(signal);
  const drawn = await draws(seed, { resamples, count, pause });
  const divisors = below && resampled(below, drawn);
  const estimates = Float64Array.from(own, (values) => mean(values) / (below ? mean(below) : 1));
  const [low, high] = [new Float64Array(own.length), new Float64Array(own.length)];
  for (const [cell, values] of own.entries()) {
    const found = resampled(values, drawn);
    if (divisors) { for (let i = 0; i < resamples; i++) found[i]! /= divisors[i]!; }
    const none = count === 1 || Number.isNaN(estimates[cell]) || found.some(Number.isNaN);
    const end = (share: number) => none ? NaN : quantile(ordered(found, share), share);
    low[cell] = end((1 - confidence) / 2);
    high[cell] = end((1 + confidence) / 2);
    await pause();
  }
  return { estimates, low, high, confidence, count, resamples, seed };
}

/** The numbers of the cells and of what they are divided by, as many in each. */
function readCells(
  cells: readonly ArrayLike<number>[],
  per: ArrayLike<number> | undefined,
): { readonly own: Float64Array[]; readonly below: Float64Array | undefined } {
  if (!Array.isArray(cells) || cells.length === 0) {
    throw new RangeError(`Cannot ${purpose} as there must be one cell or more: there is none`);
  }
  const own = cells.map((values, cell) => finiteValues(purpose, `cell ${cell}`, values));
  const below = per && finiteValues(purpose, "per", per);
  const count = own[0]!.length, odd = own.findIndex(({ length }) => length !== count);
  const refuse = (name: string, length: number): never => {
    throw new RangeError(
      `Cannot ${purpose} as all must have the same examples: cell 0 has ${count} and ${name} has ${length}`,
    );
  };
  if (odd >= 0) refuse(`cell ${odd}`, own[odd]!.length);
  if (below && below.length !== count) refuse("per", below.length);
  return { own, below };
}

/** Examples drawn with replacement, resample after resample: those that one cell alone would have drawn. */
async function draws(
  seed: number,
  { resamples, count, pause }: {
    readonly resamples: number;
    readonly count: number;
    readonly pause: () => Promise<void> | undefined;
  },
): Promise<Uint32Array> {
  const random = seedStream(seed, "bootstrap an interval");
  const drawn = new Uint32Array(resamples * count);
  for (let at = 0; at < drawn.length;) {
    for (const end = at + count; at < end; at++) drawn[at] = random.integer(count);
    await pause();
  }
  return drawn;
}

/** The mean of each resample. */
function resampled(values: Float64Array, drawn: Uint32Array): Float64Array {
  const count = values.length, found = new Float64Array(drawn.length / count);
  for (let draw = 0, at = 0; draw < found.length; draw++) {
    let sum = 0;
    for (const end = at + count; at < end; at++) sum += values[drawn[at]!]!;
    found[draw] = sum / count;
  }
  return found;
}

/** Puts the two values that a share falls between at the places they have in order, which takes less than a sort. */
function ordered(values: Float64Array, share: number): Float64Array {
  const below = Math.floor(share * (values.length - 1));
  select(values, below, 0);
  if (below + 1 < values.length) select(values, below + 1, below + 1);
  return values;
}

/** Puts the value that belongs at a place there, with none greater before and none less after it (Hoare 1961). */
function select(values: Float64Array, place: number, from: number): void {
  let [low, high] = [from, values.length - 1];
  while (low < high) {
    const pivot = values[(low + high) >> 1]!;
    let [left, right] = [low, high];
    while (left <= right) {
      while (values[left]! < pivot) left++;
      while (values[right]! > pivot) right--;
      if (left > right) break;
      const kept = values[left]!;
      values[left++] = values[right]!;
      values[right--] = kept;
    }
    if (place <= right) high = right;
    else if (place >= left) low = left;
    else return;
  }
}

/** The arithmetic mean. */
function mean(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}
