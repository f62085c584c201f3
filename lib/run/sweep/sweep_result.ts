/**
 * What came out of a sweep.
 *
 * @module
 */

import { display, type Document, inspect, table } from "../../show/mod.ts";
import type { SweepValues } from "./sweep_values.ts";

/** The values of all variants of a sweep, `[variant axes…, example, metric]`, with the unedited baseline. */
export class SweepResult {
  /** The numbers with what they are. */
  readonly data: SweepValues;

  /** Holds what was measured. */
  constructor(data: SweepValues) {
    this.data = data;
  }

  /** Whether every variant was run. */
  get complete(): boolean {
    return this.data.done.every((one) => one === 1);
  }

  /**
   * The value of a metric for a variant and an example; NaN where it was not run or is undefined.
   *
   * @param variant The variant, counted row by row over the axes.
   * @param example The example.
   * @param metric The metric.
   */
  at(variant: number, example = 0, metric = 0): number {
    const { examples, metrics, values } = this.data;
    return values[(variant * examples + example) * metrics.length + metric]!;
  }

  /** Draws how many variants were run. */
  [display](): Document {
    const { title, axes, shape, examples, metrics, done, model } = this.data;
    return table({
      title,
      columns: [{ name: "axis" }, { name: "size" }],
      rows: axes.map(({ name }, axis) => [name, shape[axis]!]),
      caption: [
        model,
        `${done.reduce((sum, one) => sum + one, 0)} of ${done.length} variants`,
        `${examples} examples`,
        metrics.map(({ label }) => label).join(", "),
      ].join(" · "),
    });
  }

  /** Shows the same in a terminal. */
  [inspect](): string {
    return this[display]()["text/plain"];
  }

  /** The numbers as plain lists; NaN is null. */
  toJSON(): unknown {
    const plain = (list: ArrayLike<number> | null) =>
      list && Array.from(list, (value) => Number.isNaN(value) ? null : value);
    const { values, baseline, reference, done, skipped, ...rest } = this.data;
    return {
      ...rest,
      values: plain(values),
      baseline: plain(baseline),
      reference: plain(reference),
      done: plain(done),
      skipped: plain(skipped),
    };
  }
}
