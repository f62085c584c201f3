/**
 * The numbers of a sweep, with all that says what they are.
 *
 * @module
 */

import type { PromptTokens } from "../../model/mod.ts";
import type { SweepCode } from "./sweep_code.ts";

/** An axis of the variants of a sweep, such as layers or positions. */
export interface SweepAxis {
  /** What stands along it, such as `layer`. */
  readonly name: string;
  /**
   * What each place is called. Of layers, heads, neurons and positions it begins with their number, behind which a position may
   * have its token in JSON, as `10 " Mary"`; heads of several layers are `layer.head`. By these numbers places are found; where no
   * place of an axis has one, they are counted from 0.
   */
  readonly labels: readonly string[];
  /** The tokens of the clean prompt at the same places, where pairs are swept; left out where there is no such prompt. */
  readonly cleanLabels?: readonly string[];
}

/** A metric of a sweep. */
export interface SweepMetric {
  /** What a chart writes beside it, such as `logit Mary − John`. */
  readonly label: string;
  /** Its unit, such as `nats`; empty where it has none. */
  readonly unit: string;
}

/**
 * Which run of a pair is edited, and where values come from: `denoising` edits the corrupt run with values of the clean
 * one, `noising` the clean run with values of the corrupt one; null where single prompts are swept.
 */
export type SweepDirection = "denoising" | "noising" | null;

/** What a sweep measured: all numbers in double precision, none of them averaged. */
export interface SweepValues {
  /** The model, by name. */
  readonly model: string;
  /** Where the numbers come from, in one line; the model by name alone if left out. */
  readonly source?: string;
  /** What the sweep was called with, to write its cells as expressions; left out where that is not known. */
  readonly code?: SweepCode;
  /** What was swept over, in words. */
  readonly title: string;
  /** The axes of the variants, outermost first; of a list of variants one axis, `variant`. */
  readonly axes: readonly SweepAxis[];
  /** The sizes of these axes; their product is the number of variants. */
  readonly shape: readonly number[];
  /** Each variant in words, `[variant]`. */
  readonly variants: readonly string[];
  /** The number of examples: prompts, or pairs. */
  readonly examples: number;
  /** How many examples were asked for, where the sweep was stopped before all of them were run. */
  readonly asked?: number;
  /** The metrics. */
  readonly metrics: readonly SweepMetric[];
  /** `[variant axes…, example, metric]`; NaN where a variant was not run, or a metric is undefined. */
  readonly values: Float64Array;
  /** The run without edits, `[example, metric]`: of pairs that of the prompts that are edited. */
  readonly baseline: Float64Array;
  /**
   * The other run of each pair without edits, the one that values come from, `[example, metric]`: when denoising the clean
   * one. Null where single prompts are swept.
   */
  readonly reference: Float64Array | null;
  /** 1 for each variant whose values are there, `[variant]`; those that were skipped are among them. */
  readonly done: Uint8Array;
  /** 1 for each variant that changes nothing in any example, so that its values are the baseline's, `[variant]`. */
  readonly skipped: Uint8Array;
  /** Which run of a pair is edited. */
  readonly direction: SweepDirection;
  /** The prompts that are edited. */
  readonly prompts: readonly PromptTokens[];
  /** The prompts that values come from, one for each example; null where single prompts are swept. */
  readonly references: readonly PromptTokens[] | null;
}
