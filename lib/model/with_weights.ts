/**
 * Weight surgery: a model with some weights replaced, that shares all others.
 *
 * @module
 */

import { tf } from "../tensor/mod.ts";
import { derivedModel } from "./derived_model.ts";
import type { Transformer } from "./transformer.ts";
import { WeightDraft } from "./weight_draft.ts";
import { readValue, type WeightValue } from "./weight_value.ts";
import { findWeightTarget, type WeightTarget } from "./weight_target.ts";

/**
 * Makes a model of which some weights are replaced; the model that was given stays as it is.
 *
 * Weights go by the names of their views, shaped as these: `W_E`, `W_pos`, `W_U`, `b_U`, `blocks.3.attn.W_Q` (`[head,
 * width, head_width]`; keys and values by key heads), `blocks.3.mlp.W_out`, `blocks.3.ln1.w` and `.b`, `ln_final.w` and
 * `.b`; `W_Q` alone is stacked over the layers. What follows in brackets picks an index, so that the rest of the weight
 * stays: `blocks.3.attn.W_O[head 1]` is `[head_width, width]`. Several are put in in the order given. A bias that the
 * model lacks may be given and is added.
 *
 * Every weight that is not given is shared with the model, as the very tensors, also those that no run has made yet. So the
 * new model cannot be used once the other is disposed; its own `dispose` frees only what was given. Where the embedding
 * and the unembedding are one matrix, giving one of them leaves the other as it was: the new model has two.
 *
 * Tensors are copied, in the backend's own precision, and stay the caller's.
 *
 * @param model The model to begin with.
 * @param values What each weight becomes: a tensor, a view of a weight of any model, nested lists of numbers, or a typed
 * array row by row.
 * @returns The new model, whose provenance names what was replaced.
 * @throws {RangeError} If no weight has that name, the error giving the nearest, or a number is not finite.
 * @throws {TypeError} If a value has other axes than its weight, or is no numbers at all.
 *
 * @example
 * ```ts
 * import { load, run, withWeights } from "@innerworks/innerworks";
 *
 * const model = await load("seedling");
 * // A model whose head 1 of block 2 writes the opposite:
 * const write = model.layerWeight(2, "W_O")!.at({ head: 1 }).tensor();
 * const other = withWeights(model, { "blocks.2.attn.W_O[head 1]": write.neg() });
 * const result = await run(other, "Once upon a time");
 * ```
 */
export function withWeights(
  model: Transformer,
  values: Readonly<Record<string, WeightValue>>,
): Transformer {
  const entries = checkEntries(values);
  const draft = new WeightDraft(model.weights);
  try {
    tf.tidy(() => {
      for (const [name, value] of entries) {
        const target = findWeightTarget(model.weights, name, "replace");
        put(draft, target, readValue(value, target));
      }
    });
    return derivedModel(model, draft, {
      suffix: "edited",
      changes: entries.map(([name]) => `${name} replaced`),
    });
  } finally {
    draft.dispose();
  }
}

function checkEntries(
  values: Readonly<Record<string, WeightValue>>,
): [name: string, value: WeightValue][] {
  const plain = typeof values === "object" && values !== null && !Array.isArray(values) &&
    !(values instanceof tf.Tensor);
  if (!plain) {
    throw new TypeError(
      `Cannot replace weights as they must be given by name, such as { W_E: tensor }: current value is ${
        Deno.inspect(values, { depth: 0 })
      }`,
    );
  }
  const entries = Object.entries(values);
  if (entries.length > 0) return entries;
  throw new RangeError("Cannot replace weights as at least one must be given: there is none");
}

/** Puts a value into the slots of its weight, one a layer where it is stacked. */
function put(draft: WeightDraft, { places, stacked, picks }: WeightTarget, value: tf.Tensor): void {
  places.forEach((place, layer) => {
    draft.change(place.slot, (before) => {
      const whole = before ?? tf.zeros([...place.whole]);
      const own = stacked ? tf.unstack(value)[layer]! : value;
      return place.put(whole, picks.length === 0 ? own : placed(place.cut(whole), picks, own));
    });
  });
}

/** Puts a value at the picked indices of a tensor. */
function placed(
  whole: tf.Tensor,
  picks: readonly (readonly [axis: number, index: number])[],
  value: tf.Tensor,
): tf.Tensor {
  const [first, ...rest] = picks;
  if (!first) return value;
  const [axis, index] = first, size = whole.shape[axis]!;
  const part = (from: number, to: number) => {
    const begin = whole.shape.map((_, i) => i === axis ? from : 0);
    return tf.slice(whole, begin, whole.shape.map((n, i) => i === axis ? to - from : n));
  };
  const own = placed(part(index, index + 1).squeeze([axis]), rest, value).expandDims(axis);
  const parts = [part(0, index), own, part(index + 1, size)].filter(({ size }) => size > 0);
  return parts.length === 1 ? own : tf.concat(parts, axis);
}
