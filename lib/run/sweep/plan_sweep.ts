/**
 * What a sweep will run, told before it is run.
 *
 * @module
 */

import type { Transformer } from "../../model/mod.ts";
import { drawn, type DrawnPromise } from "../../show/mod.ts";
import type { Metric } from "../metrics/mod.ts";
import { checkedSweep, type SweepCall } from "./checked_sweep.ts";
import { batchTokens, measuredRate } from "./measured_rate.ts";
import { prepareSweep } from "./prepare_sweep.ts";
import { checkSweepOptions, type PlanSweepOptions } from "./sweep_options.ts";
import { SweepPlan } from "./sweep_plan.ts";
import type { SweepPrompts } from "./sweep_prompts.ts";
import type { GridBuilder, Variant } from "./variant.ts";

/**
 * Works out what a sweep will run, what it skips and about how long it takes. The runs without edits are made, and a
 * block and a few variants are timed.
 *
 * @param model The model.
 * @param prompts Prompts, or pairs of prompts.
 * @param variants Lists of edits, or a grid such as `layersByPositions("resid_pre")`.
 * @param metrics What is measured.
 * @param options As `sweep` takes them.
 * @returns The plan, which draws itself.
 * @throws {RangeError} As `sweep` does.
 *
 * @example
 * ```ts
 * import { layersByPositions, load, logitDifference, planSweep, promptPair } from "@innerworks/innerworks";
 * const model = await load("seedling");
 * const pair = promptPair(model, {
 *   clean: "When Mary and John went to the store, John gave a key to",
 *   corrupt: "When Mary and John went to the store, Mary gave a key to",
 *   answer: " Mary",
 *   wrong: " John",
 * });
 * const metric = logitDifference(" Mary", " John");
 * const plan = await planSweep(model, pair, layersByPositions("resid_pre"), metric);
 * if (!(plan.tokenBlocks < plan.unplannedTokenBlocks / 10)) throw new Error("much is shared");
 * ```
 */
export function planSweep(
  model: Transformer,
  prompts: SweepPrompts,
  variants: readonly Variant[] | GridBuilder,
  metrics: Metric | readonly Metric[],
  options: PlanSweepOptions = {},
): DrawnPromise<SweepPlan> {
  return drawn(() => plan({ model, prompts, variants, metrics }, options));
}

/** Runs without edits that take less, in milliseconds, are made twice to be timed. */
const AGAIN = 500;

async function plan(call: SweepCall, options: PlanSweepOptions): Promise<SweepPlan> {
  checkSweepOptions("plan a sweep", options);
  const checked = checkedSweep(call, options), { parts, sides } = checked;
  const prepare = () => prepareSweep(checked, parts[0]!, options);
  const start = performance.now();
  using prepared = await prepare();
  let took = performance.now() - start;
  if (took < AGAIN) {
    // The first of all runs also compiles, and reads weights from the disk.
    const start = performance.now();
    (await prepare()).dispose();
    took = Math.min(took, performance.now() - start);
  }
  const rate = await measuredRate(prepared, took, options.signal);
  const { base, data, planned } = prepared, { layers } = base.model.architecture;
  const batches = prepared.groups().map((group) => ({
    position: group.column,
    variants: group.variants.length,
    tokens: batchTokens(group, prepared),
  }));
  const { layout, tokens } = base, width = layout.window.to;
  const columns = new Int32Array(data.done.length).fill(-1);
  const first = new Int32Array(data.done.length).fill(-1);
  for (const { index, layer, column } of planned) [first[index], columns[index]] = [layer, column];
  const { model, title, axes, shape, done, skipped, examples } = data;
  const all = sides.tokens.length;
  return new SweepPlan({
    model,
    title: parts.length === 1
      ? title
      : `${title}, of ${examples} of ${all} prompts, which are run in ${parts.length} parts`,
    axes,
    shape,
    examples,
    asked: all,
    layers,
    positions: width,
    skipped,
    undefined: done.map((one, i) => one && !skipped[i] ? 1 : 0),
    firstLayers: first,
    firstPositions: columns,
    batches,
    unplannedTokenBlocks: data.done.length * tokens.length * width * layers,
    rate,
  });
}
