/**
 * The unembedding without what it adds to all logits alike.
 *
 * Elhage et al., "A Mathematical Framework for Transformer Circuits", 2021; `center_unembed` of TransformerLens.
 *
 * @module
 */

import type { DrawnPromise } from "../../show/mod.ts";
import type { Transformer } from "../transformer.ts";
import { processedBy, type ProcessingOptions, type ProcessingStep } from "./step.ts";

/** Centres the unembedding of a draft. */
export const unembeddingCentring: ProcessingStep = {
  purpose: "centre the unembedding",
  change: "unembedding centred",
  refusal: ({ architecture: { logitCap } }) =>
    logitCap == null
      ? null
      : `its logits must be read off as they are: they go through a soft cap of ${logitCap}, which feels the constant`,
  *apply(draft) {
    for (const slot of ["unembed", "unembed.bias"].filter((slot) => draft.has(slot))) {
      yield* draft.take(slot);
      // The last axis of both is the vocabulary.
      draft.change(slot, (before) => before!.sub(before!.mean(-1, true)));
      yield;
    }
  },
};

/**
 * Makes a model whose logits have a mean of zero over the vocabulary at every position: the mean is taken off each row of
 * W_U, and off b_U where there is one. Probabilities, log-probabilities and differences of logits are the same.
 *
 * What a part of the model adds to one single logit does change: it is now relative to what it adds to all logits on
 * average. Where the embedding and the unembedding are one matrix they become two, and the embedding stays as it was.
 *
 * @param model The model, which stays as it is. All but the unembedding is shared with it.
 * @param options A signal that stops the work.
 * @throws {TypeError} If the model bends its logits under a soft cap: other probabilities would come out.
 *
 * @example
 * ```ts
 * import { centreUnembedding, load, run } from "@innerworks/innerworks";
 *
 * const centred = await centreUnembedding(await load("seedling"));
 * using result = await run(centred, "Once upon a time");
 * const mean = (await result.logits.mean().data())[0]!;
 * if (Math.abs(mean) > 1e-4) throw new Error("not centred");
 * ```
 */
export function centreUnembedding(
  model: Transformer,
  options: ProcessingOptions = {},
): DrawnPromise<Transformer> {
  return processedBy(model, "centreUnembedding", unembeddingCentring, options);
}
