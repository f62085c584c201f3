/**
 * How far an edit moves a metric: from the run without edits, and as a share of the way to the other run of a pair.
 *
 * @module
 */

import type { SweepValues } from "./sweep_values.ts";

/**
 * How effects are made shares: `example` divides each example's effect by its own gap, `mean` divides all of them by the
 * mean gap, so that their mean is the mean effect over the mean gap.
 */
export type Normalisation = "mean" | "example";

/** Value minus baseline, `[variant axes…, example, metric]`; NaN where the value is. */
export function effectsOf({ values, baseline }: SweepValues): Float64Array {
  const size = baseline.length;
  return values.map((value, i) => value - baseline[i % size]!);
}

/**
 * How far the two runs of each pair without edits are apart: reference minus baseline, `[example, metric]`.
 *
 * @param data What was swept.
 * @throws {TypeError} If single prompts were swept.
 */
export function gapsOf({ reference, baseline }: SweepValues): Float64Array {
  if (reference) return reference.map((value, i) => value - baseline[i]!);
  throw new TypeError(
    "Cannot normalise effects as there must be two runs to lie between, of pairs of prompts: single prompts were swept",
  );
}

/** The mean over examples of each metric's gap, `[metric]`. */
export function meanGaps(data: SweepValues): Float64Array {
  const gaps = gapsOf(data), { examples, metrics: { length } } = data;
  return Float64Array.from({ length }, (_, metric) => {
    let sum = 0;
    for (let example = 0; example < examples; example++) sum += gaps[example * length + metric]!;
    return sum / examples;
  });
}

/**
 * Effects as shares of the gap between the two runs, `[variant axes…, example, metric]`: 0 is the run that was edited, 1
 * the run that values come from.
 *
 * @param data What was swept.
 * @param by What is divided by.
 * @returns The shares; NaN where the gap is 0.
 * @throws {TypeError} If single prompts were swept.
 */
export function normalisedOf(data: SweepValues, by: Normalisation): Float64Array {
  const own = gapsOf(data), means = meanGaps(data);
  const gaps = by === "example" ? own : own.map((_, i) => means[i % means.length]!);
  return effectsOf(data).map((effect, i) => {
    const gap = gaps[i % gaps.length]!;
    return gap === 0 ? NaN : effect / gap;
  });
}

/**
 * The numbers of one metric, a list for each variant with a number for each example: what statistics take.
 *
 * @param data What was swept.
 * @param numbers `[variant axes…, example, metric]`.
 * @param metric Which metric.
 */
export function byVariant(
  { examples, metrics }: SweepValues,
  numbers: Float64Array,
  metric: number,
): Float64Array[] {
  const width = metrics.length, variants = numbers.length / (examples * width);
  return Array.from({ length: variants }, (_, variant) =>
    Float64Array.from(
      { length: examples },
      (_, example) => numbers[(variant * examples + example) * width + metric]!,
    ));
}
