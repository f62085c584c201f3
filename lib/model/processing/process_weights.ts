/**
 * All ways of processing weights, in the order of TransformerLens.
 *
 * @module
 */

import { drawn, type DrawnPromise, refuseUnknownOptions } from "../../show/mod.ts";
import type { Transformer } from "../transformer.ts";
import { unembeddingCentring } from "./centre_unembedding.ts";
import { writerCentring } from "./centre_writing_weights.ts";
import { normFolding } from "./fold_norms.ts";
import { valueBiasFolding } from "./fold_value_biases.ts";
import { processed, type ProcessingOptions, type ProcessingStep } from "./step.ts";

/** The ways of processing, by the name of the function that does each alone. */
export type WeightProcessing =
  | "foldNorms"
  | "centreWritingWeights"
  | "centreUnembedding"
  | "foldValueBiases";

/** Options for {@linkcode processWeights}. */
export interface ProcessWeightsOptions extends ProcessingOptions {
  /** What is done, in the order of TransformerLens whatever theirs is here. @default {all that the model admits} */
  readonly which?: readonly WeightProcessing[];
}

const STEPS: Readonly<Record<WeightProcessing, ProcessingStep>> = {
  foldNorms: normFolding,
  centreWritingWeights: writerCentring,
  centreUnembedding: unembeddingCentring,
  foldValueBiases: valueBiasFolding,
};

/**
 * Makes a model of the same log-probabilities whose weights are easier to read: norms folded, writing weights centred, the
 * unembedding centred, value biases folded, in this order. TransformerLens does so by default when it loads a model.
 *
 * What stays: log-probabilities, differences of logits, patterns, neurons, the sites of norms. What changes: logits, by one
 * number at each position; the stream and all that is written to it, by their mean over the width; values and `attn.z`, by
 * the value biases; and attributions. A part's attribution to one logit is then its part / scale · W_U, without a gain, and
 * relative to the average over the vocabulary; those to a difference of two logits only move what biases add from one
 * part to another, b_U included.
 *
 * A second time it changes nothing but the last digits.
 *
 * @param model The model, which stays as it is. Weights that need no change are shared with it: it must outlive the new one.
 * @param options What to do, and a signal that stops the work.
 * @returns The new model. Its provenance says what was done and what was left out because the model does not admit it.
 * @throws {TypeError} If `which` names something that the model does not admit, or that there is not.
 *
 * @example
 * ```ts
 * import { load, processWeights } from "@innerworks/innerworks";
 *
 * const processed = await processWeights(await load("seedling"));
 * console.log(processed.provenance.changes);
 * ```
 */
export function processWeights(
  model: Transformer,
  options: ProcessWeightsOptions = {},
): DrawnPromise<Transformer> {
  return drawn(() => work(model, options));
}

async function work(
  model: Transformer,
  options: ProcessWeightsOptions,
): Promise<Transformer> {
  refuseUnknownOptions("process weights", options, ["which", "signal"]);
  const { which, signal } = options;
  const names = Object.keys(STEPS) as WeightProcessing[];
  if (which === undefined) {
    const all = names.map((name): [string, ProcessingStep] => [name, STEPS[name]]);
    return await processed(model, all, { signal, leaveOut: true });
  }
  if (!Array.isArray(which) || which.length === 0) {
    throw new TypeError(
      `Cannot process weights as which must be a list of ${names.join(", ")}: current value is ${
        Deno.inspect(which, { depth: 0 })
      }`,
    );
  }
  const strange = which.find((name) => !names.includes(name));
  if (strange !== undefined) {
    throw new TypeError(
      `Cannot process weights as which must hold only ${names.join(", ")}: current value is ${
        Deno.inspect(strange, { depth: 0 })
      }`,
    );
  }
  const steps = names.filter((name) => which.includes(name));
  const asked = steps.map((name): [string, ProcessingStep] => [name, STEPS[name]]);
  return await processed(model, asked, { signal });
}
