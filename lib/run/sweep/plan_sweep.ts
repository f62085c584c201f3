/**
 * What a sweep will run, told before it is run.
 *
 * @module
 */

import { nobody, type Transformer } from "../../model/mod.ts";
import { drawn, type DrawnPromise } from "../../show/mod.ts";
import { inSlices, tf } from "../../tensor/mod.ts";
import type { Metric } from "../metrics/mod.ts";
import type { BaseRun } from "./base_run.ts";
import { checkedSweep, type SweepCall } from "./checked_sweep.ts";
import type { VariantGroup } from "./plan.ts";
import { type PreparedSweep, prepareSweep } from "./prepare_sweep.ts";
import { checkSweepOptions, type PlanSweepOptions } from "./sweep_options.ts";
import { type SweepBatch, SweepPlan } from "./sweep_plan.ts";
import type { SweepPrompts } from "./sweep_prompts.ts";
import type { GridBuilder, Variant } from "./variant.ts";

/**
 * Works out what a sweep will run, what it skips and about how long it takes. Only the runs without edits are made, and a block
 * is timed.
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

async function plan(call: SweepCall, options: PlanSweepOptions): Promise<SweepPlan> {
  checkSweepOptions("plan a sweep", options);
  const checked = checkedSweep(call, options), { parts, sides } = checked;
  using prepared = await prepareSweep(checked, parts[0]!, options);
  const { base, data, planned } = prepared, { layers } = base.model.architecture;
  const batches = prepared.groups().map((group) => batchOf(group, prepared));
  const { layout, tokens } = base, width = layout.window.to;
  const most = Math.max(0, ...batches.flatMap(({ tokens }) => tokens));
  const rate = await measuredRate(prepared, most, options.signal);
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

/** The tokens that a batch has in each block. */
function batchOf(
  { column, variants }: VariantGroup,
  { base, readOut }: PreparedSweep,
): SweepBatch {
  const { layers } = base.model.architecture, { length } = base.tokens, { to } = base.layout.window;
  const tokens = Array.from({ length: layers }, (_, layer) => {
    const each = variants.map((own) => {
      if (own.layer > layer) return 0;
      const entering = own.layer === layer && own.entry === "part", end = entering ? own.to : to;
      // In the last block what is not read gives keys and values alone.
      if (own.entry && layer === layers - 1) return end - Math.max(own.column, readOut.first);
      if (entering) return end - own.column;
      return to - (column ?? own.column);
    });
    return length * each.reduce((sum, count) => sum + count, 0);
  });
  return { position: column, variants: variants.length, tokens };
}

/** Times a block on a few tokens and on as many as the greatest batch has: what a call costs, and what each token does. */
async function measuredRate(
  { base }: PreparedSweep,
  most: number,
  signal?: AbortSignal,
): Promise<{ readonly call: number; readonly token: number }> {
  const columns = base.layout.window.to, rows = base.tokens.length;
  const copies = Math.max(
    2,
    Math.min(Math.ceil(most / (rows * columns)), Math.ceil(512 / columns)),
  );
  const [small, large] = [await timed(base, 1, signal), await timed(base, copies, signal)];
  const token = Math.max(0, (large - small) / ((copies - 1) * rows * columns));
  return { call: Math.max(0, small - token * rows * columns), token };
}

/** The least of three times of a block in the middle, in milliseconds. */
async function timed(base: BaseRun, copies: number, signal?: AbortSignal): Promise<number> {
  const { model, layout: { pass } } = base, layer = Math.floor(model.architecture.layers / 2);
  const repeated = <T>(rows: readonly T[]) => Array.from({ length: copies }, () => rows).flat();
  const own = base.stream(layer, 0), stream = tf.tile(own, [copies, 1, 1]);
  own.dispose();
  let least = Infinity;
  try {
    for (let turn = 0; turn < 3; turn++) {
      const start = performance.now();
      const steps = model.forward({
        ids: repeated(pass.ids),
        ...pass.lengths ? { lengths: repeated(pass.lengths) } : {},
        start: { layer, stream },
        stop: layer + 1,
      }, nobody);
      const after = await inSlices(steps, signal);
      // On WebGPU the work is done when it is read.
      if (tf.getBackend() === "webgpu") await after.data();
      after.dispose();
      least = Math.min(least, performance.now() - start);
    }
    return least;
  } finally {
    stream.dispose();
  }
}
