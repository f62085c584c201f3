/**
 * Thousands of variants of a run for the price of a few.
 *
 * @module
 */

import type { Transformer } from "../../model/mod.ts";
import { type ProgressOutput, usualOutput } from "../../notebook/mod.ts";
import { drawn, type DrawnPromise } from "../../show/mod.ts";
import type { Metric } from "../metrics/mod.ts";
import { type ExamplePart, joinExamples } from "./example_parts.ts";
import { type CheckedSweep, checkedSweep, type SweepCall } from "./checked_sweep.ts";
import { type PreparedSweep, prepareSweep } from "./prepare_sweep.ts";
import type { VariantGroup } from "./plan.ts";
import { openSweepFile, refuseMissingFolder, type SweepFile } from "./sweep_file.ts";
import { checkSweepOptions, type SweepOptions } from "./sweep_options.ts";
import type { SweepPrompts } from "./sweep_prompts.ts";
import { SweepResult } from "./sweep_result.ts";
import type { SweepValues } from "./sweep_values.ts";
import { sweepStream } from "./sweep_stream.ts";
import type { GridBuilder, Variant } from "./variant.ts";
import { runGroup } from "./variant_group.ts";
import { Wave } from "./wave.ts";

/**
 * Runs many variants of a run, planned so that what they share is computed once.
 *
 * Each variant is taken up from the run without edits at the first layer and position that it touches. Variants that begin at one
 * position run as one batch, which each joins at its layer; keys and values before that position are the unedited run's. A variant
 * that would put what is there already is not run. Of the last stream only the positions and tokens are read off that the metrics
 * read. Every value is that of `run` with the same edits, within what rounding of another order of sums gives.
 *
 * Where the runs without edits of all prompts would take more than `memory`, some prompts are swept after the other; a sweep that
 * is stopped in between is that of the prompts that are done.
 *
 * Patching every cell of a grid is activation patching: Meng et al., 2022, https://arxiv.org/abs/2202.05262; Wang et al., 2022,
 * https://arxiv.org/abs/2211.00593. Where prompts are pairs, the edits of a grid put the clean prompt's values into the corrupt
 * one by default (denoising); with `direction: "noising"` it is the other way round.
 *
 * @param model The model.
 * @param prompts Prompts, or pairs of prompts.
 * @param variants Lists of edits, or a grid such as `layersByPositions("resid_pre")`.
 * @param metrics What is measured: a metric, or several in one pass.
 * @param options Which prompts are edited, memory, progress and a signal.
 * @returns The metrics of every variant and every prompt, beside those without edits.
 * @throws {RangeError} If an edit does not fit, as `run` has it, there is no variant, prompt or metric, or not enough memory for
 * what is of all prompts together.
 * @throws The signal's reason, if it is raised before the runs without edits are there: nothing is measured by then.
 *
 * @example
 * ```ts
 * import { headsByLayers, load, logitDifference, sweep } from "@innerworks/innerworks";
 * const model = await load("seedling");
 * const prompt = "When Mary and John went to the store, John gave a key to";
 * const grid = await sweep(model, prompt, headsByLayers("z"), logitDifference(" Mary", " John"));
 * if (grid.data.shape.join() !== "4,8") throw new Error("four layers of eight heads");
 * ```
 */
export function sweep(
  model: Transformer,
  prompts: SweepPrompts,
  variants: readonly Variant[] | GridBuilder,
  metrics: Metric | readonly Metric[],
  options: SweepOptions = {},
): DrawnPromise<SweepResult> {
  return drawn(() => swept({ model, prompts, variants, metrics }, options));
}

async function swept(call: SweepCall, options: SweepOptions): Promise<SweepResult> {
  checkSweepOptions("sweep", options);
  if (options.file !== undefined) refuseMissingFolder(options.file);
  const checked = checkedSweep(call, options), { parts } = checked;
  return parts.length === 1
    ? new SweepResult(await sweptPart(checked, parts[0]!, options))
    : await sweptInParts(checked, options);
}

/** Sweeps some of the prompts; what was measured until the signal was raised. */
async function sweptPart(
  checked: CheckedSweep,
  sides: ExamplePart,
  options: SweepOptions,
): Promise<SweepValues> {
  const { file, signal } = options;
  using prepared = await prepareSweep(checked, sides, options);
  const { data, grid, metrics } = prepared;
  const kept = file === undefined ? null : await openSweepFile(file, {
    model: checked.model,
    data,
    metrics,
    variants: grid.variants,
    spans: prepared.base.layout.window.spans,
  });
  try {
    await runGroups(prepared, options, kept);
  } catch (error) {
    if (!signal?.aborted || error !== signal.reason) throw error;
  } finally {
    kept?.save(data);
  }
  return data;
}

/** Sweeps some prompts after the other; stopped in between, it is the sweep of those that are done. */
async function sweptInParts(
  checked: CheckedSweep,
  { file, stream = false, onProgress, ...options }: SweepOptions,
): Promise<SweepResult> {
  const { sides: { tokens }, parts } = checked, { signal } = options;
  const output = stream === true ? usualOutput() : stream, swept: SweepValues[] = [];
  let result: SweepResult | null = null;
  const shown = ({ data }: SweepResult, output: ProgressOutput) =>
    sweepStream(
      { ...data, title: `${data.title}, ${data.examples} of ${tokens.length} prompts` },
      output,
    );
  try {
    for (const [index, part] of parts.entries()) {
      const own = file === undefined ? {} : { file: partFile(file, index + 1, parts.length) };
      const data = await sweptPart(checked, part, { ...options, ...own });
      // A part that was stopped would leave all its variants undefined for the others, too.
      if (signal?.aborted && result && data.done.includes(0)) break;
      swept.push(data);
      result = new SweepResult(joinExamples(swept, tokens.length));
      if (output && index < parts.length - 1) await shown(result, output).update(result);
      onProgress?.(result);
      if (signal?.aborted) break;
    }
  } catch (error) {
    if (!result || !signal?.aborted || error !== signal.reason) throw error;
  } finally {
    if (output && result) await shown(result, output).end(result);
  }
  return result!;
}

/** The file of a part, beside the one that was asked for. */
function partFile(file: string | URL, part: number, count: number): string | URL {
  const own = (path: string) => path.replace(/\.json$/, `.${part}-of-${count}.json`);
  if (typeof file === "string") return own(file);
  const url = new URL(file);
  url.pathname = own(url.pathname);
  return url;
}

/** Runs what is not done, batch by batch. */
async function runGroups(
  prepared: PreparedSweep,
  { signal, onProgress, stream = false }: SweepOptions,
  kept: SweepFile | null,
): Promise<void> {
  const { base, readOut, data } = prepared, size = data.baseline.length;
  const result = new SweepResult(data);
  const shown = stream ? sweepStream(data, stream) : null;
  try {
    const all = prepared.groups();
    for (const { column, variants } of kept?.stuck ? growing(all, data.done) : all) {
      const context = { base, readOut, ...signal && { signal } };
      const values = column === null
        ? await new Wave(context).run(variants)
        : await runGroup(variants, column, context);
      variants.forEach(({ index }, place) => {
        data.values.set(values.subarray(place * size, (place + 1) * size), index * size);
        data.done[index] = 1;
      });
      kept?.saveOften(data);
      await shown?.update(result);
      onProgress?.(result);
    }
  } finally {
    await shown?.end(result);
  }
}

/**
 * Batches of one variant, two, four and so on, of those that are not done: who has little time each time gets on, and loses no
 * more than about half of it when stopped.
 */
function* growing(groups: readonly VariantGroup[], done: Uint8Array): Generator<VariantGroup> {
  let size = 1;
  for (const { column, variants } of groups) {
    const left = variants.filter(({ index }) => !done[index]);
    for (let from = 0; from < left.length; size *= 2) {
      yield { column, variants: left.slice(from, from + size) };
      from += size;
    }
  }
}
