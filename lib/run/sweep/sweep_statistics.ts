/**
 * What may be said of a sweep over several examples: means, their errors, intervals, and tests of all cells at once.
 *
 * @module
 */

import { refuseUnknownOptions, refuseUnknownWord } from "../../show/mod.ts";
import { type Alternative, bootstrapIntervals, signFlipTests } from "../../stats/mod.ts";
import { byVariant, effectsOf, gapsOf, normalisedOf } from "./sweep_effects.ts";
import { metricAt } from "./sweep_place.ts";
import type { SweepMetric, SweepValues } from "./sweep_values.ts";

/** What is said of a metric: how far it moved, or which share of the gap between two runs that is. */
export type SweepMeasure = "effect" | "normalised";

/** Options for {@linkcode SweepResult.statistics}. */
export interface SweepStatisticsOptions {
  /** Which metric, by its place or its label. @default {0} */
  readonly metric?: number | string;
  /**
   * What is averaged: `effect` is value minus baseline in the metric's unit; `normalised` is the mean effect over the
   * mean gap between the two runs of a pair, the ratio of means.
   *
   * @default {"effect"}
   */
  readonly measure?: SweepMeasure;
  /** The seed of resamples and flipped signs. @default {0} */
  readonly seed?: number;
  /** How many resamples the intervals are drawn from. @default {1000} */
  readonly resamples?: number;
  /** How many patterns of signs are drawn for more than 12 examples. @default {1000} */
  readonly draws?: number;
  /** How often an interval is to hold the true value. @default {0.95} */
  readonly confidence?: number;
  /** Which effects count as extreme in the tests. @default {"two-sided"} */
  readonly alternative?: Alternative;
  /** Stops the work. */
  readonly signal?: AbortSignal;
}

/** Statistics of one metric: a number for each variant, row by row over the axes. Of an undefined cell all are NaN. */
export interface SweepStatistics {
  /** The metric. */
  readonly metric: SweepMetric;
  /** What was averaged. */
  readonly measure: SweepMeasure;
  /** How many examples there are. */
  readonly count: number;
  /** The mean over the examples, or the ratio of means; NaN where an example's effect is undefined or infinite. */
  readonly means: Float64Array;
  /**
   * The standard error of each mean, from the spread with n − 1; of a ratio that of its linear approximation (Cochran
   * 1977, 6.4). NaN for one example.
   */
  readonly errors: Float64Array;
  /** The lower ends of the bootstrap intervals; NaN for one example. */
  readonly low: Float64Array;
  /** The upper ends. */
  readonly high: Float64Array;
  /** How often chance alone gives an effect as great, by flipped signs: right for a cell chosen beforehand only. */
  readonly p: Float64Array;
  /** How often chance alone makes any cell as extreme: right however the cell was chosen. */
  readonly corrected: Float64Array;
  /** How many cells were tested, and are corrected for: those that are defined. */
  readonly tested: number;
  /** How often an interval is to hold the true value. */
  readonly confidence: number;
  /** Which effects counted as extreme. */
  readonly alternative: Alternative;
  /** How many resamples were drawn. */
  readonly resamples: number;
  /** How many patterns of signs were looked at; all there are if `exact`. */
  readonly draws: number;
  /** Whether every pattern of signs was looked at. */
  readonly exact: boolean;
  /** The seed. */
  readonly seed: number;
}

const purpose = "make statistics of a sweep";
const known = [
  "metric",
  "measure",
  "seed",
  "resamples",
  "draws",
  "confidence",
  "alternative",
  "signal",
];

/**
 * Makes statistics of a sweep; all cells share the resamples and the flipped signs.
 *
 * @param data What was swept.
 * @param options The metric, what is averaged, seed and sizes.
 */
export async function sweepStatistics(
  data: SweepValues,
  options: SweepStatisticsOptions,
): Promise<SweepStatistics> {
  refuseUnknownOptions(purpose, options, known);
  refuseUnknownWord(purpose, "measure", options.measure, ["effect", "normalised"]);
  const { metric: asked = 0, measure = "effect", seed = 0, draws = 1000 } = options;
  const metric = metricAt(data, asked), { examples: count } = data;
  // An infinite effect has no mean that says anything, nor one that could be tested.
  const finite = effectsOf(data).map((effect) => Number.isFinite(effect) ? effect : NaN);
  const effects = byVariant(data, finite, metric);
  const gaps = measure === "normalised" ? byVariant(data, gapsOf(data), metric)[0]! : null;
  const { resamples = 1000, confidence = 0.95, alternative = "two-sided", signal } = options;
  const stop = signal && { signal };
  const intervals = await bootstrapIntervals(effects, {
    seed,
    resamples,
    confidence,
    ...(gaps && { per: gaps }),
    ...stop,
  });
  const tests = await signFlipTests(effects, { seed, draws, alternative, ...stop });
  const nothing = gaps !== null && sum(gaps) === 0;
  const shared = gaps ? normalisedOf(data, "mean") : null;
  return {
    metric: data.metrics[metric]!,
    measure,
    count,
    means: nothing ? tests.means.fill(NaN) : intervals.estimates,
    errors: standardErrors(shared ? residuals(data, shared, metric, gaps!) : effects),
    low: nothing ? intervals.low.fill(NaN) : intervals.low,
    high: nothing ? intervals.high.fill(NaN) : intervals.high,
    p: tests.p,
    corrected: tests.corrected,
    tested: tests.p.reduce((found, p) => Number.isNaN(p) ? found : found + 1, 0),
    confidence,
    alternative,
    resamples,
    draws: tests.draws,
    exact: tests.exact,
    seed,
  };
}

/** What is left of each example's share of the mean gap beyond what its own gap accounts for. */
function residuals(
  data: SweepValues,
  shares: Float64Array,
  metric: number,
  gaps: Float64Array,
): Float64Array[] {
  const { examples } = data, whole = sum(gaps) / examples;
  return byVariant(data, shares, metric).map((own) => {
    const ratio = sum(own) / examples;
    return own.map((share, example) => share - ratio * gaps[example]! / whole);
  });
}

/** The standard error of each list's mean; NaN for one number. */
function standardErrors(lists: readonly Float64Array[]): Float64Array {
  return Float64Array.from(lists, (list) => {
    const mean = sum(list) / list.length;
    let squares = 0;
    for (const value of list) squares += (value - mean) ** 2;
    return list.length < 2 ? NaN : Math.sqrt(squares / (list.length - 1) / list.length);
  });
}

/** The sum of numbers. */
function sum(values: Float64Array): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
