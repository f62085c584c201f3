/**
 * Runs a model on a prompt, with edits, and captures what is asked for.
 *
 * @module
 */

import type { Prompt, SitePattern, Transformer } from "../model/mod.ts";
import { drawn, type DrawnPromise, refuseUnknownOptions } from "../show/mod.ts";
import { tf } from "../tensor/mod.ts";
import { megabytes } from "./cache.ts";
import { capturedSites, previewCapture } from "./capture.ts";
import { type Edit, editText } from "./edit.ts";
import { hasNaN, Instrument } from "./instrument.ts";
import { sameLength } from "./prompts.ts";
import { RunResult } from "./run_result.ts";
import { plainWindow } from "./window.ts";
import { plainWindow } from "./window.ts";
import { inSlices } from "./slices.ts";

/** Options for {@linkcode run}. */
export interface RunOptions {
  /**
   * The sites whose values are kept: names, patterns with `*`, or bare names such as `resid_post` for every layer.
   *
   * @default {none}
   */
  readonly capture?: readonly (SitePattern | string)[];
  /** What is changed, made in the order given. @default {nothing} */
  readonly edits?: readonly Edit[];
  /** The bytes that a capture may take. @default {2 GiB} */
  readonly captureLimit?: number;
  /** Stops the run between two blocks. */
  readonly signal?: AbortSignal;
}

/**
 * Runs a model on a prompt.
 *
 * @param model The model.
 * @param prompt Text, token ids, or a list of prompts that have as many tokens each. Text gets a beginning-of-text token
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
  return drawn(runOnce(model, prompt, options));
}

async function runOnce(
  model: Transformer,
  prompt: Prompt,
  options: RunOptions,
): Promise<RunResult> {
  const { capture = [], edits = [], captureLimit = 2 ** 31, signal } = options;
  checkOptions(options);
  signal?.throwIfAborted();
  const prompts = model.tokenize(prompt), length = sameLength(prompts);
  const captured = new Set(capturedSites(model, capture));
  const { bytes } = previewCapture(model, prompt, capture);
  if (bytes > captureLimit) {
    throw new RangeError(
      `Cannot capture ${megabytes(bytes)} MB as it must be at most ${
        megabytes(captureLimit)
      } MB: capture fewer sites, or raise captureLimit`,
    );
  }
  const instrument = new Instrument(model, captured, edits, plainWindow(prompts.length, length));
  try {
    const logits = await inSlices(
      model.forward({ ids: prompts.map(({ ids }) => ids) }, instrument),
      signal,
    );
    if (edits.length > 0 && tf.getBackend() !== "webgpu" && hasNaN(logits)) {
      logits.dispose();
      throw new RangeError(
        `Cannot return logits as edits must leave numbers: after ${
          edits.map(editText).join("; ")
        } they hold NaN, as a value on the way was divided by 0 or grew too great`,
      );
    }
    return new RunResult(model, prompts, logits, instrument.cache, edits);
  } catch (error) {
    instrument.cache.dispose();
    throw error;
  }
}

/** What {@linkcode RunOptions} may hold. */
const OPTIONS = ["capture", "edits", "captureLimit", "signal"];

/** Refuses what a compiler would: the kernel of a notebook does not check types. */
function checkOptions(options: RunOptions): void {
  refuseUnknownOptions("run a model", options, OPTIONS);
  for (const name of ["capture", "edits"] as const) {
    const value: unknown = options[name] ?? [];
    if (Array.isArray(value)) continue;
    throw new TypeError(
      `Cannot run a model as ${name} must be a list: current value is ${
        typeof value === "object" ? "an object" : JSON.stringify(value)
      }`,
    );
  }
  const { captureLimit = 0 } = options;
  if (typeof captureLimit === "number" && captureLimit >= 0) return;
  throw new RangeError(
    `Cannot run a model as captureLimit must be a number of bytes from 0 on: current value is ${captureLimit}`,
  );
}
