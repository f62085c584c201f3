/**
 * What came out of a sweep.
 *
 * @module
 */

import {
  all,
  display,
  type Document,
  type Drawing,
  drawn,
  type DrawnPromise,
  inspect,
  table,
} from "../../show/mod.ts";
import { drawSweep, plainMaps, type SweepDrawOptions, type SweepPicture } from "./sweep_drawing.ts";
import { effectsOf, type Normalisation, normalisedOf } from "./sweep_effects.ts";
import { sweepFromJson, type SweepJson, sweepToJson } from "./sweep_json.ts";
import { sweepMeans, type SweepMeansOptions } from "./sweep_means.ts";
import { type SweepPlace, type SweepSelection, variantAt } from "./sweep_place.ts";
import { selectSweep } from "./sweep_select.ts";
import {
  type SweepStatistics,
  sweepStatistics,
  type SweepStatisticsOptions,
} from "./sweep_statistics.ts";
import { SweepTable } from "./sweep_table.ts";
import type { SweepValues } from "./sweep_values.ts";

/** The pictures of a sweep, which draw themselves. */
export class SweepPictures {
  /** The pictures, in order. */
  readonly pictures: readonly SweepPicture[];

  /** Holds pictures. */
  constructor(pictures: readonly SweepPicture[]) {
    this.pictures = pictures;
  }

  /** Draws them one below the other. */
  async [display](): Promise<Drawing> {
    const { pictures: [only, ...rest] } = this;
    return rest.length === 0 && only ? only : await all(this.pictures)[display]();
  }

  /** Shows their texts in a terminal. */
  [inspect](): string {
    return this.pictures.map((picture) => picture["text/plain"]).join("\n\n");
  }
}

/**
 * The values of all variants of a sweep, `[variant axes…, example, metric]`, with the unedited baseline. What was not run
 * or is undefined is NaN, and drawn hatched.
 *
 * @example
 * ```ts
 * import { SweepResult } from "@innerworks/innerworks";
 *
 * const result = new SweepResult({
 *   model: "toy",
 *   title: "zero each head",
 *   axes: [{ name: "layer", labels: ["0", "1"] }, { name: "head", labels: ["0", "1"] }],
 *   shape: [2, 2],
 *   variants: ["0.0", "0.1", "1.0", "1.1"],
 *   examples: 2,
 *   metrics: [{ label: "logit", unit: "nats" }],
 *   values: Float64Array.of(1, 2, 1, 1, 3, 2, 1, NaN),
 *   baseline: Float64Array.of(1, 2),
 *   reference: null,
 *   done: Uint8Array.of(1, 1, 1, 1),
 *   skipped: Uint8Array.of(1, 0, 0, 0),
 *   direction: null,
 *   prompts: [],
 *   references: null,
 * });
 * console.log(result.at({ layer: 1, head: 0 }), result.effects()[4]); // 3 2
 * const { means, corrected } = await result.statistics({ seed: 1 });
 * console.log(means); // 0, −0.5, 1, NaN
 * ```
 */
export class SweepResult {
  /** The numbers with what they are. */
  readonly data: SweepValues;

  /** Holds what was measured. */
  constructor(data: SweepValues) {
    this.data = data;
  }

  /**
   * Reads a result that was written as JSON.
   *
   * @param json The text, or what it was parsed into.
   * @throws {SyntaxError} If it is no result of a sweep.
   */
  static fromJSON(json: string | SweepJson): SweepResult {
    return new SweepResult(sweepFromJson(typeof json === "string" ? JSON.parse(json) : json));
  }

  /** Whether every variant was run on every example. */
  get complete(): boolean {
    return this.data.asked === undefined && this.data.done.every((one) => one === 1);
  }

  /**
   * The value of a metric for a variant and an example; NaN where it was not run or is undefined.
   *
   * @param variant The variant: a number or label for each axis, such as `{ layer: 3, position: 7 }`, or its number,
   * counted row by row over the axes. The layer is layer 3 whichever layers were swept, and the position is that of the prompt;
   * so with heads, neurons, queries and keys.
   * @param example The example.
   * @param metric The metric.
   * @throws {RangeError} If a place does not exist or was not swept.
   * @throws {TypeError} If an axis has another name, or is left out.
   */
  at(variant: number | SweepPlace, example = 0, metric = 0): number {
    const { examples, metrics, values, variants } = this.data;
    const found = typeof variant === "number" ? variant : variantAt(this.data, variant);
    const places = [["variant", found, variants.length], ["example", example, examples], [
      "metric",
      metric,
      metrics.length,
    ]] as const;
    for (const [name, place, size] of places) {
      if (Number.isInteger(place) && place >= 0 && place < size) continue;
      throw new RangeError(
        `Cannot find a value as ${name} must be from 0 to ${size - 1}: current value is ${place}`,
      );
    }
    return values[(found * examples + example) * metrics.length + metric]!;
  }

  /**
   * A part of the result: some places of its axes, some examples, some metrics.
   *
   * @param selection For each axis, `example` or `metric` a place as `at` takes it, after which an axis is gone, or a list of
   * places; examples and metrics are counted from 0.
   * @throws {RangeError} If a place does not exist or was not swept.
   * @throws {TypeError} If an axis has another name.
   */
  select(selection: SweepSelection): SweepResult {
    return new SweepResult(selectSweep(this.data, selection));
  }

  /** Value minus baseline, `[variant axes…, example, metric]`; NaN where the value is. */
  effects(): Float64Array {
    return effectsOf(this.data);
  }

  /**
   * Effects as shares of the gap between the two runs of a pair, `(value − baseline) / (reference − baseline)`,
   * `[variant axes…, example, metric]`: 0 is the run that was edited, 1 the other one (Zhang and Nanda 2024). When
   * denoising that is `(patched − corrupt) / (clean − corrupt)`.
   *
   * @param options By which gap: `mean`, which is the same for all examples, so that the mean of the shares is the ratio
   * of the means; or each `example`'s own, where a pair whose runs hardly differ outweighs all others.
   * @returns The shares; NaN where the gap is 0.
   * @throws {TypeError} If single prompts were swept.
   */
  normalised(options: { readonly by?: Normalisation } = {}): Float64Array {
    return normalisedOf(this.data, options.by ?? "mean");
  }

  /**
   * Means over the examples with standard errors, bootstrap intervals and p by flipped signs, for all cells at once:
   * they share resamples and flips, so that `corrected` holds for all cells together (see {@linkcode signFlipTests}).
   *
   * @param options Metric, measure, seed and sizes.
   * @returns A number for each variant, row by row over the axes.
   * @throws {RangeError} If an option is outside its range.
   * @throws {TypeError} If an option has another name, or shares are asked for of single prompts.
   */
  async statistics(options: SweepStatisticsOptions = {}): Promise<SweepStatistics> {
    return await sweepStatistics(this.data, options);
  }

  /**
   * Means over the examples, without chance: the effect, or its share of the gap between the two runs of a pair.
   *
   * @param options Metric and measure.
   * @returns A number for each variant, row by row over the axes; NaN where an example's effect is undefined or infinite.
   * @throws {RangeError} If there is no such metric.
   * @throws {TypeError} If an option has another name, or shares are asked for of single prompts.
   */
  means(options: SweepMeansOptions = {}): Float64Array {
    return sweepMeans(this.data, options);
  }

  /** The result as rows: one for each variant, example and metric. */
  table(): SweepTable {
    return new SweepTable(this.data);
  }

  /**
   * Draws means over the examples: two axes as a heat map whose colours are symmetric round zero, one as bars, three as a
   * list of heat maps. Undefined cells are hatched. With several examples each cell has its interval and p, and those
   * that are told from chance a dot.
   *
   * @param options Which metric and measure, how colour grows, and what statistics take.
   * @throws {RangeError} If an option is outside its range.
   * @throws {TypeError} If an option has another name.
   */
  draw(options: SweepDrawOptions = {}): DrawnPromise<SweepPictures> {
    const made = async () => new SweepPictures(await drawSweep(this.data, options));
    return drawn(made);
  }

  /** Draws the mean effects on each metric. */
  async [display](): Promise<Drawing> {
    return await this.draw()[display]();
  }

  /** Shows the mean effects on the first metric in a terminal. */
  [inspect](): string {
    const { data } = this, { axes, variants, metrics: [first, ...others], title } = data;
    const means = this.means();
    const more = others.length === 0
      ? ""
      : `\n\nThis is the first of ${
        others.length + 1
      } metrics; show(result) draws all, result.draw({ metric: 1 }) one of them: ${
        others.map(({ label }, i) => `${i + 1} ${label}`).join(", ")
      }`;
    if (axes.length > 1) {
      return plainMaps(data, means).map((map) => map["text/plain"]).join("\n\n") + more;
    }
    const drawing: Document = table({
      title: `${title}: ${first!.label}`,
      columns: [{ name: axes[0]?.name ?? "variant" }, { name: "effect", unit: first!.unit }],
      rows: variants.map((variant, i) => [axes[0]?.labels[i] ?? variant, means[i]!]),
      caption: data.source ?? data.model,
    });
    return drawing["text/plain"] + more;
  }

  /** The numbers as plain lists, to the bit; NaN is null. {@linkcode SweepResult.fromJSON} reads it. */
  toJSON(): SweepJson {
    return sweepToJson(this.data);
  }
}
