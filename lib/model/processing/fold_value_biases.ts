/**
 * Value biases, folded into the output bias of attention.
 *
 * Elhage et al., "A Mathematical Framework for Transformer Circuits", 2021; `fold_value_biases` of TransformerLens.
 *
 * @module
 */

import type { DrawnPromise } from "../../show/mod.ts";
import { tf } from "../../tensor/mod.ts";
import type { Transformer } from "../transformer.ts";
import type { WeightDraft } from "../weight_draft.ts";
import { type WeightPlace, weightPlace } from "../weight_places.ts";
import { processedBy, type ProcessingOptions, type ProcessingStep } from "./step.ts";

/** Folds the value biases of a draft. */
export const valueBiasFolding: ProcessingStep = {
  purpose: "fold the value biases",
  change: "value biases folded into output biases",
  refusal: (draft) => {
    const { sinks = false, clip } = draft.architecture;
    if (sinks) return "each row of its patterns must sum to 1: its heads have sinks";
    if (clip != null) return `its values must be mixed as they are: they are cut off at ${clip}`;
    return layersOf(draft).some((layer) => draft.has(place(draft, layer).slot))
      ? null
      : "its values must have biases: they have none";
  },
  *apply(draft) {
    for (const layer of layersOf(draft)) {
      if (!draft.has(place(draft, layer).slot)) continue;
      foldLayer(draft, layer);
      yield;
    }
  },
};

/**
 * Makes a model whose value biases are zero: as each row of a pattern sums to 1, what they add to the stream does not
 * depend on the prompt, and b_O takes it over, `b_O + Σ_h b_V[h]·W_O[h]` over the query heads; of those that share a value
 * head each counts. It computes the same logits.
 *
 * Sites `attn.v` and `attn.z` lose the biases, and `attn.result` what they wrote; `attn_out` is the same. An edit of
 * `attn.pattern` whose rows do not sum to 1, or of `attn.v`, has another effect than before.
 *
 * @param model The model, which stays as it is. All but the two biases is shared with it, and what lies in one tensor with
 * the value biases.
 * @param options A signal that stops the work.
 * @throws {TypeError} If the model has no value biases, its patterns do not sum to 1, or its values are cut off.
 *
 * @example
 * ```ts
 * import { foldValueBiases, load } from "@innerworks/innerworks";
 *
 * const folded = await foldValueBiases(await load("seedling"));
 * const bias = await folded.b_V.data();
 * if (bias.some((x) => x !== 0)) throw new Error("not folded");
 * ```
 */
export function foldValueBiases(
  model: Transformer,
  options: ProcessingOptions = {},
): DrawnPromise<Transformer> {
  return processedBy(model, "foldValueBiases", valueBiasFolding, options);
}

function layersOf({ architecture }: WeightDraft): number[] {
  return Array.from({ length: architecture.layers }, (_, layer) => layer);
}

function place({ weights }: WeightDraft, layer: number): WeightPlace {
  return weightPlace(weights, `blocks.${layer}.attn.b_V`)!;
}

function foldLayer(draft: WeightDraft, layer: number): void {
  const { slot, cut, put } = place(draft, layer);
  const { heads, keyValueHeads, headWidth } = draft.architecture;
  draft.change(`blocks.${layer}.attn.output.bias`, (before) => {
    // Head h reads the values of head ⌊h · keyValueHeads / heads⌋.
    const values = cut(draft.read(slot)).expandDims(1).tile([1, heads / keyValueHeads, 1]);
    const written = tf.matMul(
      values.reshape([1, heads * headWidth]),
      draft.read(`blocks.${layer}.attn.output.matrix`),
    ).squeeze([0]);
    return before ? before.add(written) : written;
  });
  draft.change(slot, (before) => put(before!, tf.zerosLike(cut(before!))));
}
