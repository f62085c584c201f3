/**
 * What the parts of a sweep take on this machine, timed on a few of them.
 *
 * @module
 */

import { nobody } from "../../model/mod.ts";
import { inSlices, tf } from "../../tensor/mod.ts";
import type { BaseRun } from "./base_run.ts";
import { tokensOfCall, type VariantGroup } from "./plan.ts";
import type { PreparedSweep } from "./prepare_sweep.ts";
import { runGroup } from "./variant_group.ts";
import { Wave } from "./wave.ts";

/** What parts of a sweep take, in milliseconds. */
export interface SweepRate {
  /** The runs without edits, their metrics, and finding where each variant begins. */
  readonly prepare: number;
  /** A batch, whatever it holds. */
  readonly batch: number;
  /** A variant, beside the blocks: its edits, and reading its metrics off. */
  readonly variant: number;
  /** A block, for being called. */
  readonly call: number;
  /** A block, for each token. */
  readonly token: number;
  /** How many tokens go through a block in one call. */
  readonly most: number;
}

/** How many variants are run to be timed: a few, and more. */
const [FEW, MORE] = [2, 12];

/**
 * Times a block on a few tokens and on as many as a call has, and two small batches of variants.
 *
 * @param prepared The sweep, with its runs without edits.
 * @param prepare What these took, in milliseconds.
 * @param signal Stops the work between two blocks.
 */
export async function measuredRate(
  prepared: PreparedSweep,
  prepare: number,
  signal?: AbortSignal,
): Promise<SweepRate> {
  const { base } = prepared, most = tokensOfCall(base.model);
  const block = { ...await blockRate(base, most, signal), most };
  const groups = prepared.groups();
  const none = { ...block, prepare, batch: 0, variant: 0 };
  if (groups.length === 0) return none;
  const greatest = groups.reduce((a, b) => b.variants.length > a.variants.length ? b : a);
  const beside: number[] = [], counts: number[] = [];
  for (const count of [FEW, MORE]) {
    const sample = sampleOf(greatest, count);
    const took = await leastTime(() => runSample(sample, prepared, signal));
    counts.push(sample.variants.length);
    beside.push(Math.max(0, took - blockTime([batchTokens(sample, prepared)], none)));
  }
  const variant = counts[1]! > counts[0]!
    ? Math.max(0, (beside[1]! - beside[0]!) / (counts[1]! - counts[0]!))
    : 0;
  return { ...none, variant, batch: Math.max(0, beside[0]! - counts[0]! * variant) };
}

/** The milliseconds that blocks take for batches of so many tokens, `[batch][layer]`. */
export function blockTime(
  batches: readonly (readonly number[])[],
  { call, token, most }: Pick<SweepRate, "call" | "token" | "most">,
): number {
  return batches.flat().reduce((sum, own) => sum + Math.ceil(own / most) * call + own * token, 0);
}

/** The tokens that a batch has in each block, `[layer]`: variants join at their layer. */
export function batchTokens(
  { column, variants }: VariantGroup,
  { base, readOut }: Pick<PreparedSweep, "base" | "readOut">,
): number[] {
  const { layers } = base.model.architecture, { length } = base.tokens, { to } = base.layout.window;
  return Array.from({ length: layers }, (_, layer) => {
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
}

/** Some variants of a batch, from all over it. */
function sampleOf({ column, variants }: VariantGroup, count: number): VariantGroup {
  const own = Math.min(count, variants.length);
  const some = Array.from(
    { length: own },
    (_, i) => variants[Math.floor((i + 0.5) * variants.length / own)]!,
  );
  return { column, variants: some };
}

function runSample(
  { column, variants }: VariantGroup,
  { base, readOut }: PreparedSweep,
  signal?: AbortSignal,
): Promise<Float64Array> {
  const context = { base, readOut, ...signal && { signal } };
  return column === null ? new Wave(context).run(variants) : runGroup(variants, column, context);
}

/** What a block costs for being called, and for each token. */
async function blockRate(
  base: BaseRun,
  most: number,
  signal?: AbortSignal,
): Promise<Pick<SweepRate, "call" | "token">> {
  const columns = base.layout.window.to, rows = base.tokens.length;
  const copies = Math.max(2, Math.ceil(Math.min(most, 512) / (rows * columns)));
  const [small, large] = [await blockOf(base, 1, signal), await blockOf(base, copies, signal)];
  const token = Math.max(0, (large - small) / ((copies - 1) * rows * columns));
  return { call: Math.max(0, small - token * rows * columns), token };
}

/** The least time of a block in the middle. */
async function blockOf(base: BaseRun, copies: number, signal?: AbortSignal): Promise<number> {
  const { model, layout: { pass } } = base, layer = Math.floor(model.architecture.layers / 2);
  const repeated = <T>(rows: readonly T[]) => Array.from({ length: copies }, () => rows).flat();
  const own = base.stream(layer, 0), stream = tf.tile(own, [copies, 1, 1]);
  own.dispose();
  try {
    return await leastTime(async () => {
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
    });
  } finally {
    stream.dispose();
  }
}

/** The least of three times, in milliseconds. */
async function leastTime(work: () => Promise<unknown>): Promise<number> {
  let least = Infinity;
  for (let turn = 0; turn < 3; turn++) {
    const start = performance.now();
    await work();
    least = Math.min(least, performance.now() - start);
  }
  return least;
}
