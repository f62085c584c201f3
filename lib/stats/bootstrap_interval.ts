/**
 * How far an average may be off, by drawing from the values themselves.
 *
 * @module
 */

import { refuseUnknownOptions } from "../show/mod.ts";
import { finiteValues, refuseOddConfidence, refuseOddCount } from "./finite_values.ts";
import { givingWay } from "./give_way.ts";
import { seedStream } from "./seed_stream.ts";

/** What is estimated: the arithmetic mean, or the median (between the middle two of an even number). */
export type BootstrapStatistic = "mean" | "median";

/** Options for {@linkcode bootstrapInterval}. */
export interface BootstrapIntervalOptions {
  /** The seed of the resamples. */
  readonly seed: number;
  /**
   * How many resamples are drawn.
   *
   * @default {1000}
   */
  readonly resamples?: number;
  /**
   * How often such an interval is to hold the true value, above 0 and below 1.
   *
   * @default {0.95}
   */
  readonly confidence?: number;
  /**
   * What is estimated.
   *
   * @default {"mean"}
   */
  readonly statistic?: BootstrapStatistic;
  /** Stops the work. */
  readonly signal?: AbortSignal;
}

/** An estimate, and how far it may be off. */
export interface BootstrapInterval {
  /** What was estimated. */
  readonly statistic: BootstrapStatistic;
  /** The statistic of the values themselves. */
  readonly estimate: number;
  /** The lower end. */
  readonly low: number;
  /** The upper end. */
  readonly high: number;
  /** How often such an interval is to hold the true value. */
  readonly confidence: number;
  /** How many values there were. */
  readonly count: number;
  /** How many resamples were drawn. */
  readonly resamples: number;
  /** The seed that they were drawn by. */
  readonly seed: number;
}

const purpose = "bootstrap an interval";

/**
 * Bootstraps an interval for the mean or the median of values: as many are drawn from them with
 * replacement, again and again, and the interval holds the middle of what the statistic came out as
 * (the percentile method of Efron 1979; between two resamples it is interpolated, as `numpy.quantile`
 * does).
 *
 * Lists of as many values are resampled alike under one seed, so that intervals of many components
 * over the same examples go together. The percentile method is too narrow for few values; of one
 * value there is no interval.
 *
 * @param values The values, one an example, in any unit.
 * @param options The seed, how many resamples, the confidence and the statistic.
 * @returns The interval, in the values' unit. All of it is NaN if a value is; its ends are NaN if
 * there is one value alone.
 * @throws {RangeError} If there are no values, one is infinite, or an option is outside its range.
 * @throws {TypeError} If an option or a statistic has another name.
 *
 * @example
 * ```ts
 * import { bootstrapInterval } from "@innerworks/innerworks";
 *
 * const { estimate, low, high } = await bootstrapInterval([1, 2, 4, 5], { seed: 1 });
 * console.log(estimate === 3 && low < 3 && high > 3); // true
 * ```
 */
export async function bootstrapInterval(
  values: ArrayLike<number>,
  options: BootstrapIntervalOptions,
): Promise<BootstrapInterval> {
  const known = ["seed", "resamples", "confidence", "statistic", "signal"];
  refuseUnknownOptions(purpose, options, known);
  const { seed, resamples = 1000, confidence = 0.95, statistic = "mean", signal } = options;
  refuseOddCount(purpose, "resamples", resamples);
  refuseOddConfidence(purpose, confidence);
  if (statistic !== "mean" && statistic !== "median") {
    throw new TypeError(
      `Cannot ${purpose} as statistic must be "mean" or "median": current value is ${
        Deno.inspect(statistic, { depth: 0 })
      }`,
    );
  }
  const own = finiteValues(purpose, "values", values), count = own.length;
  const take = statistic === "mean" ? mean : median, estimate = take(own.slice());
  const random = seedStream(seed, purpose), pause = givingWay(signal);
  const found = new Float64Array(resamples), resample = new Float64Array(count);
  for (let draw = 0; draw < resamples; draw++) {
    for (let i = 0; i < count; i++) resample[i] = own[random.integer(count)]!;
    found[draw] = take(resample);
    await pause();
  }
  found.sort();
  const end = (share: number) =>
    count === 1 || Number.isNaN(estimate) ? NaN : quantile(found, share);
  const [low, high] = [end((1 - confidence) / 2), end((1 + confidence) / 2)];
  return { statistic, estimate, low, high, confidence, count, resamples, seed };
}

/** The arithmetic mean. */
function mean(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}

/** The median of values, which it puts in order; NaN if one of them is. */
function median(values: Float64Array): number {
  values.sort();
  // What is NaN comes last.
  return Number.isNaN(values.at(-1)!) ? NaN : quantile(values, 0.5);
}

/**
 * Finds what a share of ordered values lies under, between two of them by a straight line, as `numpy.quantile` does.
 *
 * @param ordered The values, the least first.
 * @param share From 0 to 1.
 */
export function quantile(ordered: Float64Array, share: number): number {
  const place = share * (ordered.length - 1), below = Math.floor(place);
  const [from, to] = [ordered[below]!, ordered[Math.min(below + 1, ordered.length - 1)]!];
  return from + (place - below) * (to - from);
}
