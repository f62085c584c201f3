/**
 * Runs a model on a prompt, with edits, and captures what is asked for.
 *
 * @module
 */

import type { Prompt, SitePattern, Transformer } from "../model/mod.ts";
import { drawn, type DrawnPromise, refuseUnknownOptions } from "../show/mod.ts";
import { inSlices, refuseOddSignal, tf } from "../tensor/mod.ts";
import { checkModel } from "./check_model.ts";
import { type Edit, editText } from "./edit.ts";
import { hasNaN } from "./instrument.ts";
import { type Padding, withoutPadding } from "./layout.ts";
import { givePlainValues } from "./plain_run.ts";
import { prepare } from "./prepare.ts";
import type { Bounds } from "./reach.ts";
import { type Asked, RunResult } from "./run_result.ts";
import type { Spans } from "./spans.ts";

/** Options for {@linkcode run}. */
export interface RunOptions extends Bounds {
  /**
   * The sites whose values are kept: names, patterns with `*`, or bare names such as `resid_post` for every layer.
   *
   * @default {none}
   */
  readonly capture?: readonly (SitePattern | string)[];
  /** What is changed, made in the order given. @default {nothing} */
  readonly edits?: readonly Edit[];
  /** Names for stretches of the prompts, which edits may give as positions. @default {none} */
  readonly spans?: Spans;
  /** The bytes that a capture may take. @default {2 GiB} */
  readonly captureLimit?: number;
  /**
   * The side on which shorter prompts are filled up; their tokens, positions and numbers are the same either way. What
   * holds no token is NaN in results.
   *
   * @default {"right"}
   */
  readonly padding?: Padding;
  /** Stops the run between two blocks. */
  readonly signal?: AbortSignal;
}

/**
 * Runs a model on a prompt.
 *
 * @param model The model.
 * @param prompt Text, token ids, or a list of prompts of any lengths. Text gets a beginning-of-text token
 * where the tokenizer's settings say so; ids are taken as they are.
 * @param options What to capture and what to edit.
 * @returns Logits `[batch, position, vocabulary]`, tokens, loss and cache. The promise draws itself, so a cell may end in
 * it without `await`.
 * @throws {RangeError} If a site, head, neuron or position does not exist, an edit would touch nothing or puts NaN, a
 * prompt is empty or too long, or a capture is over its limit.
 *
 * @example
 * ```ts
 * import { load, run, zero } from "@innerworks/innerworks";
 * const model = await load("seedling");
 * const prompt = "When Mary and John went to the store, John gave a key to";
 * const { cache } = await run(model, prompt, { capture: ["blocks.*.attn.pattern"] });
 * if (cache.sites.length !== 4) throw new Error("a pattern for each of the four layers");
 * await run(model, prompt, { edits: [zero("blocks.3.attn.z", { heads: [5] })] });
 * ```
 */
export function run(
  model: Transformer,
  prompt: Prompt,
  options: RunOptions = {},
): DrawnPromise<RunResult> {
  return drawn(() => runOnce(model, prompt, options));
}

/** What {@linkcode RunOptions} may hold. */
export const runOptions: readonly string[] = [
  "capture",
  "edits",
  "captureLimit",
  "padding",
  "signal",
  "spans",
  "start",
  "stop",
];

async function runOnce(
  model: Transformer,
  prompt: Prompt,
  options: RunOptions,
): Promise<RunResult> {
  checkModel(model, "run a model");
  refuseUnknownOptions("run a model", options, runOptions);
  const { edits = [], signal, stop } = options;
  refuseOddSignal(signal);
  signal?.throwIfAborted();
  const prepared = prepare(model, prompt, options);
  const { prompts, layout: { window }, instrument, pass } = prepared;
  try {
    await givePlainValues({ model, pass, edits, window, instrument }, signal);
    const last = await inSlices(model.forward(pass, instrument), signal);
    refuseLastNaN(last, edits);
    const output = withoutPadding(last, ["batch", "position", "width"], window);
    last.dispose();
    const stopped = stop !== undefined;
    const asked = askedOf(options);
    return new RunResult(
      model,
      { prompts, window, output, stopped, edits, asked },
      instrument.cache,
    );
  } catch (error) {
    instrument.cache.dispose();
    throw error;
  } finally {
    prepared.dispose();
  }
}

/** What a run's numbers and the places of its values depend on, beside its edits. */
const askedOf = ({ spans, padding, start, stop }: RunOptions): Asked => ({
  ...spans && { spans },
  ...padding && { padding },
  ...start && { start },
  ...stop !== undefined && { stop },
});

function refuseLastNaN(last: tf.Tensor, edits: readonly Edit[]): void {
  if (edits.length === 0 || tf.getBackend() === "webgpu" || !hasNaN(last)) return;
  last.dispose();
  throw new RangeError(
    `Cannot return logits as edits must leave numbers: after ${
      edits.map(editText).join("; ")
    } they hold NaN, as a value on the way was divided by 0 or grew too great`,
  );
}
