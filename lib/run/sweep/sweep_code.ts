/**
 * The cells of a sweep as expressions of TypeScript.
 *
 * @module
 */

import { promptCode } from "../../model/mod.ts";
import { codeAt, literalCode, type PlacedCode } from "../../show/mod.ts";
import { type Metric, metricCode } from "../metrics/mod.ts";
import { originOf } from "../origin.ts";
import { pairCode } from "../pair_code.ts";
import { PromptPair } from "../prompt_pair.ts";
import { PromptPairs } from "../prompt_pairs.ts";
import type { SweepCall } from "./checked_sweep.ts";
import { type GridCode, gridCode, numberedCells } from "./grid_code.ts";
import type { PlanSweepOptions } from "./sweep_options.ts";
import type { SweepPanel } from "./sweep_panels.ts";
import type { SweepMeasure } from "./sweep_statistics.ts";
import type { SweepValues } from "./sweep_values.ts";
import { isGridBuilder, type VariantGrid } from "./variant.ts";

/** Cells of a sweep as expressions. */
export interface SweepCode extends Omit<GridCode, "text"> {
  /** Of each metric the result of a sweep of it alone, most often cut down to a cell, with names in braces. */
  readonly results: readonly string[];
  /** The examples that were selected; all if left out. */
  readonly examples?: readonly number[];
}

/**
 * Writes what computes the cells of a picture: a sweep of one cell, or of its row where a grid cannot be cut further.
 *
 * @param data What was swept.
 * @param panel The cells.
 * @param asked Which of the metrics, and what is shown of it.
 * @returns The expression with names in braces, of places `row` and `column`; undefined where it is not known what was swept.
 */
export function sweepCode(
  data: SweepValues,
  panel: Pick<SweepPanel, "columns" | "variants">,
  asked: { readonly metric: number; readonly measure: SweepMeasure },
): PlacedCode | undefined {
  const { code, axes, shape } = data, { columns: { labels: { length: width } }, variants } = panel;
  if (!code) return undefined;
  const placeAlong = (axis: number, variant: number) =>
    Math.floor(variant / shape.slice(axis + 1).reduce((all, size) => all * size, 1)) % shape[axis]!;
  const names = Object.entries(code.names).map(([name, { axis, texts }]) => {
    const at = axes.findIndex((one) => one.name === axis);
    const textsOf = (cells: readonly number[]) =>
      cells.map((variant) => texts[placeAlong(at, variant)]!);
    const across = textsOf(variants.slice(0, width));
    const down = textsOf(variants.filter((_, cell) => cell % width === 0));
    const byColumn = across.some((text) => text !== across[0]);
    return [name, byColumn ? { by: "column", texts: across } : { by: "row", texts: down }] as const;
  });
  const examples = code.examples ??
    (data.asked === undefined ? undefined : Array.from({ length: data.examples }, (_, i) => i));
  return {
    text: code.results[asked.metric] +
      (examples ? `.select({ example: ${literalCode(examples)} })` : "") +
      `.means(${
        asked.measure === "effect" ? "" : literalCode({ measure: asked.measure })
      })[${code.index}]`,
    names: Object.fromEntries(names),
  };
}

/** What writes the call of a sweep, once its grid is known. */
export function sweepCallCode(
  { prompts, variants, metrics, model }: SweepCall,
  { direction, spans }: Pick<PlanSweepOptions, "direction" | "spans">,
): (grid: VariantGrid) => SweepCode {
  const options = literalCode({ direction, spans });
  return (grid) => {
    const { text, ...code } = isGridBuilder(variants)
      ? gridCode(grid, "grid", `your grid ${JSON.stringify(variants.label)}`)
      : gridCode(grid, "variants", `your list of ${grid.variants.length} variants`);
    const read = prompts instanceof PromptPair || prompts instanceof PromptPairs
      ? pairCode(prompts)
      : `[${model.tokenize(prompts).map(promptCode).join(", ")}]`;
    return {
      ...code,
      results: [metrics].flat().map((metric) =>
        `(await sweep(${
          ["model", read, text, metricCode(metric as Metric), ...options === "{}" ? [] : [options]]
            .join(", ")
        }))`
      ),
    };
  };
}

/**
 * What a sweep says of its origin whose numbers are another result's.
 *
 * @param result That result.
 * @param step What makes the sweep of it, as the end of an expression.
 * @param axes The axes of the sweep.
 */
export function sweepFrom(
  result: object,
  step: string,
  axes: SweepValues["axes"],
): Pick<SweepValues, "source" | "code"> {
  const origin = originOf(result);
  if (!origin) return {};
  return {
    source: origin.source,
    ...origin.code !== null && {
      code: { ...numberedCells(axes), results: [`${origin.code}${step}`] },
    },
  };
}

/** What is kept of a sweep. */
export interface KeptCode {
  /** The places that are kept of each axis, by its name. */
  readonly places: Readonly<Record<string, readonly number[]>>;
  /** The axes that are gone, as one place was taken of each. */
  readonly gone: readonly string[];
  /** The examples that are kept; all if left out. */
  readonly examples?: readonly number[] | undefined;
  /** The metrics that are kept. */
  readonly metrics: readonly number[];
}

/** The expressions of a part of a sweep. */
export function selectCode(
  code: SweepCode,
  { places, gone, examples, metrics }: KeptCode,
): SweepCode {
  const kept = Object.entries(code.names).map(([name, { axis, texts }]) =>
    [name, { axis, texts: places[axis]!.map((place) => texts[place]!) }] as const
  );
  const fixed = kept.filter(([, { axis }]) => gone.includes(axis));
  const single = Object.fromEntries(fixed.map(([name, { texts }]) => [name, texts[0]!]));
  const rows = examples && (code.examples ? examples.map((row) => code.examples![row]!) : examples);
  return {
    results: metrics.map((metric) => codeAt(code.results[metric]!, single)),
    index: codeAt(code.index, single),
    names: Object.fromEntries(kept.filter(([, { axis }]) => !gone.includes(axis))),
    ...rows && { examples: rows },
  };
}
