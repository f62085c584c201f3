/**
 * A run whose operations are recorded, so that gradients can be taken through it.
 *
 * @module
 */

import type { Pass, Prompt, PromptTokens, Site, Transformer } from "../../model/mod.ts";
import { inSlices, Tape, tf } from "../../tensor/mod.ts";
import type { Instrument } from "../instrument.ts";
import type { Layout } from "../layout.ts";
import { givePlainValues } from "../plain_run.ts";
import { prepare } from "../prepare.ts";
import { ruled, type Rules } from "../rules/rule.ts";
import type { RunOptions } from "../run.ts";
import { Tap } from "./tap.ts";

/** Options of all that differentiates a run. */
export interface DifferentiatedOptions
  extends Pick<RunOptions, "edits" | "spans" | "padding" | "captureLimit" | "signal"> {
  /** How gradients run through norms and patterns. @default {"exact"} */
  readonly rules?: Rules;
}

/** What is recorded of a run. */
export interface Recorded {
  /** The tokens of each prompt. */
  readonly prompts: readonly PromptTokens[];
  /** Where they lie. */
  readonly layout: Layout;
  /** Makes the edits; its cache holds the values of the tapped sites. */
  readonly instrument: Instrument;
  /** The operations. */
  readonly tape: Tape;
  /** The tensors at the tapped sites. */
  readonly tap: Tap;
  /** The logits, or the stream where the run stopped. */
  readonly output: tf.Tensor3D;
}

/** What to record of a run. */
export interface RecordedOptions extends DifferentiatedOptions {
  /** The sites whose tensors are noted. */
  readonly sites: readonly Site[];
  /** Whether everything is recorded, and not only what comes of the sites: for weights and tensors of edits. */
  readonly whole: boolean;
  /** Stops before this block. */
  readonly stop?: number;
  /** Narrows what is read off the last stream, by where the prompts lie. */
  readonly narrow?: (
    prompts: readonly PromptTokens[],
    layout: Layout,
  ) => Partial<Pick<Pass, "read" | "vocabulary">>;
}

/** Runs a model and records it; the caller frees tape, output and instrument. */
export async function recordedRun(
  model: Transformer,
  prompt: Prompt,
  options: RecordedOptions,
): Promise<Recorded> {
  const { sites, whole, stop, narrow, rules = "exact", signal, ...rest } = options;
  const mechanisms = ruled(rules);
  const own = { ...rest, capture: sites, ...(stop !== undefined && { stop }) };
  const { prompts, layout, instrument, pass } = prepare(model, prompt, own);
  const tape = new Tape(), tap = new Tap(instrument, new Set(sites));
  try {
    const { edits = [] } = options, { window } = layout;
    await givePlainValues({ model, pass, edits, window, instrument }, signal);
    const steps = model.forward({ ...pass, ...narrow?.(prompts, layout), mechanisms }, tap);
    const first = whole ? 0 : firstStep(sites);
    const output = await inSlices(recorded(steps, tape, first), signal);
    return { prompts, layout, instrument, tape, tap, output };
  } catch (error) {
    tape.dispose();
    instrument.cache.dispose();
    instrument.dispose();
    throw error;
  }
}

/** Records the steps of a pass from one of them on: nothing before it leads to any site. */
function* recorded<T>(steps: Generator<void, T>, tape: Tape, first: number): Generator<void, T> {
  try {
    for (let number = 0;; number++) {
      const step = number < first ? steps.next() : tape.record(() => steps.next());
      if (step.done) return step.value;
      yield;
    }
  } finally {
    steps.return(undefined as T);
  }
}

/** The step of a pass in which the first of some sites is reached: the embedding, then a block each. */
function firstStep(sites: readonly Site[]): number {
  return Math.min(
    ...sites.map((site) => {
      const layer = /^blocks\.(\d+)\./.exec(site)?.[1];
      if (layer !== undefined) return Number(layer) + 1;
      return /embed$/.test(site) ? 0 : Infinity;
    }),
    Infinity,
  );
}

/** The sum of the gradients at all tensors of a site; zeros where nothing comes of it. */
export function summed(gradients: readonly (tf.Tensor | null)[], shape: number[]): tf.Tensor {
  const found = gradients.filter((gradient) => gradient !== null);
  if (found.length === 0) return tf.zeros(shape);
  const sum = tf.tidy(() => tf.addN(found));
  tf.dispose(found);
  return sum;
}
