/**
 * What a logit is made of on average over prompts, with intervals.
 *
 * @module
 */

import { display, type Drawing, inspect, LongTable, waterfall } from "../show/mod.ts";
import { bootstrapInterval } from "../stats/mod.ts";
import type { LogitAttribution } from "./attribution_result.ts";
import type { Part } from "./part.ts";

/** Options for averages. */
export interface AverageOptions {
  /** The seed of the resamples. */
  readonly seed: number;
  /** How many resamples there are. @default {1000} */
  readonly resamples?: number;
  /** The confidence of the intervals. @default {0.95} */
  readonly confidence?: number;
  /** Stops the work. */
  readonly signal?: AbortSignal;
}

/** A part with its mean. */
export interface AveragedPart {
  /** The part. */
  readonly part: Part;
  /** Its mean over the prompts. */
  readonly mean: number;
  /** The ends of the mean's bootstrap interval; NaN for a single prompt. */
  readonly low: number;
  /** The upper end. */
  readonly high: number;
}

/** More bars than that are put together into one. */
const BARS = 24;

/** The means of an attribution over its prompts. */
export class AverageAttribution {
  /** The attribution of each prompt. */
  readonly attribution: LogitAttribution;
  /** The parts with their means. */
  readonly parts: readonly AveragedPart[];
  /** The mean of what was taken apart. */
  readonly total: number;
  /** How the intervals were drawn. */
  readonly options: Required<Omit<AverageOptions, "signal">>;

  /** Holds means; `LogitAttribution.average` makes it. */
  constructor(
    attribution: LogitAttribution,
    parts: readonly AveragedPart[],
    total: number,
    options: Required<Omit<AverageOptions, "signal">>,
  ) {
    this.attribution = attribution;
    this.parts = parts;
    this.total = total;
    this.options = options;
  }

  /** What no part accounts for on average. */
  get leftOver(): number {
    return this.total - this.parts.reduce((sum, { mean }) => sum + mean, 0);
  }

  /** Draws a waterfall of the means, with whiskers for their intervals. */
  async [display](): Promise<Drawing> {
    const { label, unit, model, source = model } = this.attribution.facts;
    const count = this.attribution.totals.length, { confidence, resamples, seed } = this.options;
    return await waterfall({
      parts: this.parts.map(({ part, mean, low, high }) => ({
        label: part.label,
        value: mean,
        ...Number.isFinite(low) ? { interval: [low, high] as const } : {},
      })),
      total: this.total,
      label,
      ...unit ? { unit } : {},
      title: `What wrote the ${label}, mean of ${count} prompts`,
      caption: `${source} · whiskers: ${
        100 * confidence
      }% bootstrap intervals of the mean, ${resamples} resamples, seed ${seed}`,
      ...this.parts.length > BARS ? { order: "sorted" as const, most: BARS - 4 } : {},
    });
  }

  /** Shows the means in a terminal. */
  [inspect](): string {
    const sorted = [...this.parts].sort((a, b) => Math.abs(b.mean) - Math.abs(a.mean));
    return partsText(
      `${this.attribution.facts.label}, mean: ${this.total.toFixed(4)}`,
      sorted.map(({ part, mean, low, high }) => [
        `${part.label}: ${mean.toFixed(4)} (${low.toFixed(4)} to ${high.toFixed(4)})`,
        mean,
      ]),
      this.leftOver,
    );
  }

  /** The means as rows: each part with its interval, then what is left over, which has none; they add up to the total, which stands beside each. */
  table(): LongTable {
    const unit = this.attribution.facts.unit || null;
    return new LongTable(
      `what wrote the ${this.attribution.facts.label}, mean`,
      "part kind layer head source expert neuron mean low high total unit".split(" "),
      () => [
        ...this.parts.map(({ part, mean, low, high }) => [
          part.label,
          part.kind,
          part.layer,
          ...[part.head, part.source, part.expert, part.neuron].map((at) => at ?? null),
          mean,
          low,
          high,
          this.total,
          unit,
        ]),
        [
          ..."left over,left over".split(","),
          ...Array<null>(5).fill(null),
          this.leftOver,
          null,
          null,
          this.total,
          unit,
        ],
      ],
    );
  }

  /** The numbers as plain data. */
  toJSON(): { label: string; total: number; parts: readonly AveragedPart[] } {
    return { label: this.attribution.facts.label, total: this.total, parts: this.parts };
  }
}

/** The most parts that a text lists. */
const listed = 12;

/**
 * Lists the greatest parts for a terminal, and what the others and the rest add, so that the lines add up.
 *
 * @param heading The first line.
 * @param parts All parts, the greatest first: what is written of each, and its value.
 * @param leftOver What is left over.
 */
export function partsText(
  heading: string,
  parts: readonly (readonly [text: string, value: number])[],
  leftOver: number,
): string {
  const more = parts.slice(listed), sum = more.reduce((all, [, value]) => all + value, 0);
  return [
    heading,
    ...parts.slice(0, listed).map(([text]) => `  ${text}`),
    ...more.length > 0 ? [`  ${more.length} other parts: ${sum.toFixed(4)}`] : [],
    `  left over: ${leftOver.toExponential(1)}`,
  ].join("\n");
}

/**
 * Averages an attribution over its prompts. All parts are resampled alike, so that intervals can be compared.
 *
 * @throws {TypeError} If its parts do not add up.
 */
export async function averageAttribution(
  attribution: LogitAttribution,
  { seed, resamples = 1000, confidence = 0.95, signal }: AverageOptions,
): Promise<AverageAttribution> {
  if (!attribution.additive) {
    throw new TypeError(
      `Cannot average an attribution as its parts must add up: its norm is treated as ${attribution.facts.norm}`,
    );
  }
  const parts: AveragedPart[] = [];
  for (const [i, part] of attribution.parts.entries()) {
    const { estimate, low, high } = await bootstrapInterval(attribution.values[i]!, {
      seed,
      resamples,
      confidence,
      ...signal ? { signal } : {},
    });
    parts.push({ part, mean: estimate, low, high });
  }
  const { totals } = attribution;
  const total = totals.reduce((sum, value) => sum + value, 0) / totals.length;
  return new AverageAttribution(attribution, parts, total, { seed, resamples, confidence });
}
