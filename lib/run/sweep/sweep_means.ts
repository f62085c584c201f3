/**
 * Means over the examples of a sweep, without chance.
 *
 * @module
 */

import { refuseUnknownOptions, refuseUnknownWord } from "../../show/mod.ts";
import { byVariant, effectsOf, meanGaps } from "./sweep_effects.ts";
import { metricAt } from "./sweep_place.ts";
import type { SweepMeasure } from "./sweep_statistics.ts";
import type { SweepValues } from "./sweep_values.ts";

/** Options for {@linkcode SweepResult.means}. */
export interface SweepMeansOptions {
  /** Which metric, by its place or its label. @default {0} */
  readonly metric?: number | string;
  /** The mean effect, or its share of the mean gap between the two runs of a pair. @default {"effect"} */
  readonly measure?: SweepMeasure;
}

/**
 * Averages effects over the examples.
 *
 * @param data What was swept.
 * @param options Metric and measure.
 * @returns A number for each variant; NaN where an example's effect is undefined or infinite, or the gap is 0.
 */
export function sweepMeans(data: SweepValues, options: SweepMeansOptions = {}): Float64Array {
  const purpose = "average a sweep";
  refuseUnknownOptions(purpose, options, ["metric", "measure"]);
  refuseUnknownWord(purpose, "measure", options.measure, ["effect", "normalised"]);
  const { measure = "effect" } = options, metric = metricAt(data, options.metric ?? 0);
  const gap = measure === "effect" ? 1 : meanGaps(data)[metric]!;
  return Float64Array.from(byVariant(data, effectsOf(data), metric), (own) => {
    const mean = own.reduce((sum, effect) => sum + effect, 0) / own.length;
    // An infinite effect has no mean that says anything.
    return Number.isFinite(mean) && gap !== 0 ? mean / gap : NaN;
  });
}
