/**
 * What is swept, checked before anything is run.
 *
 * @module
 */

import type { Transformer } from "../../model/mod.ts";
import { checkModel } from "../check_model.ts";
import { checkMetric, type Metric } from "../metrics/mod.ts";
import { type ExamplePart, exampleParts } from "./example_parts.ts";
import { MEMORY, type PlanSweepOptions } from "./sweep_options.ts";
import { sweepCallCode, type SweepCode } from "./sweep_code.ts";
import { type Sides, sidesOf, type SweepPrompts } from "./sweep_prompts.ts";
import {
  checkVariants,
  type GridBuilder,
  isGridBuilder,
  type Variant,
  type VariantGrid,
} from "./variant.ts";

/** What is swept. */
export interface SweepCall {
  /** The model. */
  readonly model: Transformer;
  /** Prompts, or pairs of prompts. */
  readonly prompts: SweepPrompts;
  /** The variants. */
  readonly variants: readonly Variant[] | GridBuilder;
  /** What is measured. */
  readonly metrics: Metric | readonly Metric[];
}

/** A sweep whose arguments have been checked, with its prompts cut into parts that fit into memory. */
export interface CheckedSweep extends Omit<SweepCall, "prompts" | "metrics"> {
  /** What is measured. */
  readonly metrics: readonly Metric[];
  /** All prompts. */
  readonly sides: Sides;
  /** Some prompts at a time. */
  readonly parts: readonly ExamplePart[];
  /** The call as expressions, once the grid is known. */
  readonly code: (grid: VariantGrid) => SweepCode;
}

/** Checks what is swept. */
export function checkedSweep(
  call: SweepCall,
  options: PlanSweepOptions,
): CheckedSweep {
  const { model, prompts, variants, metrics: measured } = call;
  const { direction = "denoising", spans, memory = MEMORY } = options;
  checkModel(model, "sweep");
  if (!isGridBuilder(variants)) checkVariants(variants);
  const metrics = checkedMetrics(measured);
  const sides = { ...sidesOf(model, prompts, direction), ...spans && { spans } };
  const parts = exampleParts(sides, { model, variants, metrics }, memory);
  return { model, variants, metrics, sides, parts, code: sweepCallCode(call, options) };
}

function checkedMetrics(measured: Metric | readonly Metric[]): readonly Metric[] {
  const metrics = [measured].flat() as readonly Metric[];
  if (metrics.length === 0) {
    throw new RangeError("Cannot sweep as there must be a metric: it is none");
  }
  for (const metric of metrics) checkMetric(metric, "sweep");
  return metrics;
}
