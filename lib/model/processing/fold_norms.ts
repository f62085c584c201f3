/**
 * Gains and biases of norms, folded into the maps that read them.
 *
 * Elhage et al., "A Mathematical Framework for Transformer Circuits", 2021, appendix; `fold_ln` of TransformerLens.
 *
 * @module
 */

import type { DrawnPromise } from "../../show/mod.ts";
import { tf } from "../../tensor/mod.ts";
import type { Transformer } from "../transformer.ts";
import type { WeightDraft } from "../weight_draft.ts";
import { processedBy, type ProcessingOptions, type ProcessingStep } from "./step.ts";

/** A linear map that reads a norm. */
interface Reader {
  /** The slot of its matrix. */
  readonly matrix: string;
  /** The slot of its bias. */
  readonly bias: string;
}

/** Folds the norms of a draft. */
export const normFolding: ProcessingStep = {
  purpose: "fold the norms",
  change: "norms folded into what reads them",
  refusal: ({ architecture: { norms = "before" } }) =>
    norms === "before" || norms === "around"
      ? null
      : `its norms must stand before what reads them: they stand ${
        norms === "after" ? "after what is written" : "on the stream"
      }`,
  *apply(draft) {
    const { layers, sharedNorm = false, embeddingWidth } = draft.architecture;
    for (let layer = 0; layer < layers; layer++) {
      const block = `blocks.${layer}`;
      const projections = (["query", "key", "value"] as const)
        .map((part) => draft.weights.headColumns(layer, part).slot);
      const heads = [...new Set(projections)], neurons = neuronReaders(draft, block);
      yield* foldInto(draft, `${block}.ln1`, [...heads, ...sharedNorm ? neurons : []].map(linear));
      if (!sharedNorm) yield* foldInto(draft, `${block}.ln2`, neurons.map(linear));
    }
    const last = embeddingWidth == null
      ? { matrix: "unembed", bias: "unembed.bias" }
      : linear("unembed.in");
    yield* foldInto(draft, "ln_final", [last]);
  },
};

/** The maps of a block's feed-forward network, or of its experts, that read the stream. */
function neuronReaders({ architecture }: WeightDraft, block: string): string[] {
  const { gated, mixture } = architecture, parts = gated ? ["gate", "in"] : ["in"];
  if (!mixture) return parts.map((part) => `${block}.mlp.${part}`);
  const experts = Array.from({ length: mixture.experts }, (_, expert) => expert);
  return [
    `${block}.moe.router`,
    ...experts.flatMap((expert) => parts.map((part) => `${block}.moe.experts.${expert}.${part}`)),
  ];
}

/**
 * Makes a model whose norms have gains of one and biases of zero: both are folded into the maps that read the norm, the
 * last norm into the unembedding, which so gets a bias b_U. It computes the same logits.
 *
 * For a reader `W`, `b` of a norm with gain γ and bias β: first `b + β·W`, then `diag(γ)·W`. Where the norm subtracts the
 * mean (LayerNorm) the mean of each column of `W` over the width is then taken off, for what is read has no mean; RMSNorm
 * subtracts none, so there it stays. In parallel blocks each norm is folded into its own readers. Norms of what is written
 * and of queries and keys stay as they are. Where the embedding and
 * the unembedding are one matrix they become two.
 *
 * The sites of the norms hold the same numbers as before. Products of weights, such as those of W_E with W_Q, now count
 * the gains in; and an edit that gives `ln1.normalized` a mean has no effect by that mean any more.
 *
 * @param model The model, which stays as it is. What the norms do not touch is shared with it.
 * @param options A signal that stops the work.
 * @throws {TypeError} If norms stand after what is written, or on the stream: nothing reads them alone.
 *
 * @example
 * ```ts
 * import { foldNorms, load } from "@innerworks/innerworks";
 *
 * const folded = await foldNorms(await load("seedling"));
 * const gains = await folded.weight("blocks.0.ln1.w").data();
 * if (gains.some((gain) => gain !== 1)) throw new Error("not folded");
 * ```
 */
export function foldNorms(
  model: Transformer,
  options: ProcessingOptions = {},
): DrawnPromise<Transformer> {
  return processedBy(model, "foldNorms", normFolding, options);
}

function linear(slot: string): Reader {
  return { matrix: `${slot}.matrix`, bias: `${slot}.bias` };
}

function* foldInto(draft: WeightDraft, norm: string, readers: readonly Reader[]): Generator<void> {
  const gain = `${norm}.gain`, bias = `${norm}.bias`;
  if (!draft.has(gain)) return;
  const centred = draft.architecture.norm.kind === "layer";
  for (const reader of readers) {
    yield* draft.take(reader.matrix);
    // The bias goes first: it is read by the matrix as it was.
    if (draft.has(bias)) {
      draft.change(reader.bias, (before) => {
        const matrix = draft.read(reader.matrix);
        const read = tf.matMul(draft.read(bias).expandDims(0), matrix).squeeze([0]);
        return before ? before.add(read) : read;
      });
    }
    draft.change(reader.matrix, (before) => before!.mul(draft.read(gain).expandDims(1)));
    yield;
    if (!centred) continue;
    draft.change(reader.matrix, (before) => before!.sub(before!.mean(0, true)));
    yield;
  }
  draft.change(gain, (before) => tf.onesLike(before!));
  if (draft.has(bias)) draft.change(bias, (before) => tf.zerosLike(before!));
}
