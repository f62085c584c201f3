/**
 * Weights that write to the stream, without the mean that no norm lets through.
 *
 * Elhage et al., "A Mathematical Framework for Transformer Circuits", 2021; `center_writing_weights` of TransformerLens.
 *
 * @module
 */

import type { DrawnPromise } from "../../show/mod.ts";
import type { Transformer } from "../transformer.ts";
import { processedBy, type ProcessingOptions, type ProcessingStep } from "./step.ts";

/** Centres the writing weights of a draft. */
export const writerCentring: ProcessingStep = {
  purpose: "centre the writing weights",
  change: "writing weights centred",
  refusal: ({ architecture: { norm, norms = "before", finalNorm = true } }) => {
    if (norm.kind !== "layer") {
      return "its norms must subtract the mean: they are RMSNorm, which divides by a root mean square that the mean belongs to";
    }
    // Every reader of the stream must be behind such a norm.
    return norms === "before" && finalNorm
      ? null
      : "all that reads its stream must read it through a norm: something reads it as it is";
  },
  *apply(draft) {
    const { layers, position, embeddingNorm = false, embeddingWidth, mixture } = draft.architecture;
    // A norm between the embedding and the stream takes the mean off already, and gives it one of its own.
    const embed = embeddingNorm ? [] : [embeddingWidth == null ? "embed" : "embed.in.matrix"];
    const slots = [...embed, ...position.kind === "learned" ? ["positions"] : []];
    for (let layer = 0; layer < layers; layer++) {
      const networks = mixture
        ? Array.from({ length: mixture.experts }, (_, e) => `blocks.${layer}.moe.experts.${e}.out`)
        : [`blocks.${layer}.mlp.out`];
      for (const map of [`blocks.${layer}.attn.output`, ...networks]) {
        slots.push(`${map}.matrix`, `${map}.bias`);
      }
    }
    for (const slot of slots.filter((slot) => draft.has(slot))) {
      yield* draft.take(slot);
      // The last axis of whatever writes is the width.
      draft.change(slot, (before) => before!.sub(before!.mean(-1, true)));
      yield;
    }
  },
};

/**
 * Makes a model whose blocks write nothing but what has a mean of zero, and so does what enters the first, but where a norm
 * stands between embedding and stream: the mean over the width is taken off W_E, W_pos, W_O, b_O,
 * W_out and b_out. As every norm subtracts the mean, it computes the same logits.
 *
 * Sites of the stream and of what is written to it (`embed`, `resid_pre`, `attn_out`, `attn.result`, …) lose their mean;
 * norms after their division, patterns, neurons and logits are the same. Where the embedding and the unembedding are one
 * matrix they become two, and the unembedding stays as it was.
 *
 * @param model The model, which stays as it is. What does not write is shared with it.
 * @param options A signal that stops the work.
 * @throws {TypeError} If the model's norms are RMSNorm, which subtract no mean, or something reads the stream as it is:
 * other logits would come out.
 *
 * @example
 * ```ts
 * import { centreWritingWeights, load } from "@innerworks/innerworks";
 *
 * const centred = await centreWritingWeights(await load("seedling"));
 * const bias = await centred.layerWeight(0, "b_out")!.data();
 * if (Math.abs(bias.reduce((sum, x) => sum + x)) > 1e-4) throw new Error("not centred");
 * ```
 */
export function centreWritingWeights(
  model: Transformer,
  options: ProcessingOptions = {},
): DrawnPromise<Transformer> {
  return processedBy(model, "centreWritingWeights", writerCentring, options);
}
