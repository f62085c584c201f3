/**
 * Gradients of feed-forward networks in the vocabulary: what a step of training would imprint and where it would shift.
 *
 * Katz et al., "Backward Lens: Projecting Language Model Gradients into the Vocabulary Space", 2024,
 * https://arxiv.org/abs/2402.12865. The gradient by a matrix is a sum of one outer product a token: by W_in of what the
 * network read (which a step imprints into keys), by W_out of what came back to its output (by which a step shifts values).
 * They project W_in's VJPs too, which live among neurons; here each side is read that lives in the stream.
 *
 * @module
 */

import type { Prompt, Transformer } from "../model/mod.ts";
import { checkModel, type Edit, gradients, type Metric, withOrigin } from "../run/mod.ts";
import { drawn, type DrawnPromise, refuseUnknownOptions } from "../show/mod.ts";
import { inSlices, tf } from "../tensor/mod.ts";
import { BackwardLens, type GradientTerm } from "./backward_lens_result.ts";
import { productRows } from "./product_rows.ts";
import { factorSites, type GradientFactors, gradientFactors } from "./gradient_factors.ts";
import { checkGains, type Gains, unembedded, writtenToUnembedding } from "./vocabulary_basis.ts";
import { checkCount, vocabularyEnds } from "./vocabulary_ends.ts";

/** Options for {@linkcode backwardLens}. */
export interface BackwardLensOptions {
  /** The blocks; negative ones count from the last. @default {all} */
  readonly layers?: readonly number[];
  /** How many tokens are listed at each end. @default {5} */
  readonly count?: number;
  /** Whether vectors go through the last norm's gain on their way to W_U, as one does with the last norm. @default {"raw"} */
  readonly gains?: Gains;
  /** Whether a step lowers the metric, as one does a loss, or raises it. @default {"lower"} */
  readonly step?: "lower" | "raise";
  /** What is changed in the run. @default {nothing} */
  readonly edits?: readonly Edit[];
  /** Stops the work. */
  readonly signal?: AbortSignal;
}

/** What {@linkcode BackwardLensOptions} may hold. */
const OPTIONS = ["layers", "count", "gains", "step", "edits", "signal"];

/**
 * Reads the gradients of a metric by the matrices of the feed-forward networks in the vocabulary.
 *
 * A step that lowers the metric moves W_out by the negative of each token's outer product, so for W_out the *negative* of
 * what came back is read: its greatest tokens are those that the step promotes wherever these neurons are active again. For
 * W_in and W_gate what the network read is read as it is.
 *
 * @param model The model.
 * @param prompt One prompt.
 * @param metric What the gradient is of, such as `crossEntropy()`.
 * @param options Which blocks, which way the step goes.
 * @returns For each block, matrix and token the term's size and its tokens; of a mixture W_out of each expert alone, as the
 * sites of an expert's keys are not known. The promise draws itself.
 * @throws {RangeError} If there is more than one prompt, or an option is outside its range.
 * @throws {TypeError} If the metric has no gradient.
 *
 * @example
 * ```ts
 * import { backwardLens, load, logProbability } from "@innerworks/innerworks";
 * const model = await load("seedling");
 * const metric = logProbability(" Rome");
 * const lens = await backwardLens(model, "The capital of France is", metric, { step: "raise" });
 * const term = lens.term({ layer: 3, weight: "W_out", position: -1 });
 * if (!term.greatest.some(({ token }) => token.text === " Rome")) throw new Error("Rome is promoted");
 * ```
 */
export function backwardLens(
  model: Transformer,
  prompt: Prompt,
  metric: Metric,
  options: BackwardLensOptions = {},
): DrawnPromise<BackwardLens> {
  return drawn(() => read(model, prompt, metric, options));
}

async function read(
  model: Transformer,
  prompt: Prompt,
  metric: Metric,
  options: BackwardLensOptions,
): Promise<BackwardLens> {
  const purpose = "read gradients in the vocabulary";
  checkModel(model, purpose);
  refuseUnknownOptions(purpose, options, OPTIONS);
  const { count = 5, gains = "raw", step = "lower", edits = [], signal } = options;
  checkCount(model, count, purpose);
  checkGains(gains, purpose);
  if (step !== "lower" && step !== "raise") {
    throw new RangeError(
      `Cannot ${purpose} as step must be "lower" or "raise": current value is ${
        JSON.stringify(step)
      }`,
    );
  }
  const layers = layersOf(model, options.layers), prompts = model.tokenize(prompt);
  refuseSeveral(prompts.length, purpose);
  using found = await gradients(model, prompt, metric, {
    at: layers.flatMap((layer) => factorSites(model, layer)),
    edits,
    ...signal ? { signal } : {},
  });
  const factors = layers.flatMap((layer) => gradientFactors(model, found, layer));
  const sign = step === "lower" ? -1 : 1, positions = prompts[0]!.ids.length;
  const terms: GradientTerm[] = [];
  for (const own of factors) {
    const work = termsOf(model, own, { positions, count, gains, sign });
    terms.push(...await inSlices(work, signal));
  }
  return withOrigin(
    new BackwardLens({
      model: model.provenance.name,
      prompt: prompts[0]!,
      metric,
      value: found.values[0]!,
      step,
      gains,
      factors,
      terms,
    }),
    model,
    { name: "backwardLens", given: { prompt: prompts, metric, options }, prompts },
  );
}

function refuseSeveral(prompts: number, purpose: string): void {
  if (prompts === 1) return;
  throw new RangeError(`Cannot ${purpose} as there must be one prompt: there are ${prompts}`);
}

/** The terms of one matrix, one a token. */
function* termsOf(
  model: Transformer,
  { layer, expert, weight, inputs, backward }: GradientFactors,
  { positions, count, gains, sign }: {
    positions: number;
    count: number;
    gains: Gains;
    sign: number;
  },
): Generator<void, GradientTerm[]> {
  const shown = weight === "W_out" ? backward : inputs, width = shown.length / positions;
  const rows = tf.tidy(() => {
    const read = tf.tensor2d(shown, [positions, width]).mul(weight === "W_out" ? sign : 1);
    return writtenToUnembedding(model, read, { gains });
  });
  const terms: GradientTerm[] = [];
  try {
    yield* productRows(rows, model.architecture.vocabulary, {
      project: (rows) => unembedded(model, rows),
      look: (values, position) =>
        void terms.push({
          layer,
          ...expert === undefined ? {} : { expert },
          weight,
          position,
          size: length(inputs, position, positions) * length(backward, position, positions),
          ...vocabularyEnds(model, values, count),
        }),
    });
  } finally {
    rows.dispose();
  }
  return terms;
}

/** The length of a row. */
function length(rows: Float64Array, position: number, positions: number): number {
  const size = rows.length / positions;
  return Math.hypot(...rows.subarray(position * size, (position + 1) * size));
}

function layersOf({ architecture }: Transformer, given: readonly number[] | undefined): number[] {
  const { layers } = architecture;
  const all = given ?? Array.from({ length: layers }, (_, layer) => layer);
  return [
    ...new Set(all.map((layer) => {
      const at = layer < 0 ? layers + layer : layer;
      if (Number.isInteger(at) && at >= 0 && at < layers) return at;
      throw new RangeError(
        `Cannot read gradients of layer ${layer} as it must be from ${-layers} to ${layers - 1}`,
      );
    })),
  ];
}
