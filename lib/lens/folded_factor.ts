/**
 * The gain of the norm in front of a weight, put into the weight and taken out again.
 *
 * @module
 */

import type { Transformer } from "../model/mod.ts";
import { tf } from "../tensor/mod.ts";

/** A gain that goes into a weight and out of it. */
export interface FoldedFactor {
  /** Puts it into `[..., width, out]`; what the norm has centred away is left out. */
  put(weight: tf.Tensor): tf.Tensor;
  /** Takes it out again. */
  take(weight: tf.Tensor): tf.Tensor;
  /**
   * The bias that goes on giving what the norm's bias gave through the weight as it was, by its name; null where the norm has
   * none. Its tensor is the caller's.
   */
  bias(before: tf.Tensor, after: tf.Tensor): readonly [name: string, bias: tf.Tensor] | null;
  /** Frees it. */
  dispose(): void;
}

/**
 * The gain in front of a weight; null where the weight reads no norm.
 *
 * @throws {RangeError} If a gain is zero: it cannot be taken out again.
 */
export function foldedFactor(model: Transformer, name: string): FoldedFactor | null {
  const norm = normInFront(model, name);
  if (norm === null) return null;
  const { norm: { kind, gains = true } } = model.architecture;
  const gain = tf.tidy(() => {
    const own = gains ? model.weights.norm(norm).gain.clone() : tf.ones([model.architecture.width]);
    return own.expandDims(1);
  });
  if (gain.dataSync().some((x) => x === 0)) {
    gain.dispose();
    throw new RangeError(
      `Cannot lower the rank of ${name} with its gain as no gain of ${norm} must be 0: one is`,
    );
  }
  return {
    put: (weight) => {
      const gained = weight.mul(gain);
      return kind === "layer" ? gained.sub(gained.mean(-2, true)) : gained;
    },
    take: (weight) => weight.div(gain),
    bias: (before, after) => {
      const { bias } = gains ? model.weights.norm(norm) : { bias: null };
      if (bias === null) return null;
      const own = name.replace(/W_(?=[^W]*$)/, "b_");
      return [
        own,
        tf.tidy(() => {
          const lost = bias.expandDims(1).mul(before.sub(after)).sum(-2);
          return pickedWeight(model, own).add(lost);
        }),
      ];
    },
    dispose: () => gain.dispose(),
  };
}

/** A weight as a tensor, of one head where its name picks one, such as `blocks.0.attn.W_V[head 1]`. */
export function pickedWeight(model: Transformer, name: string): tf.Tensor {
  const [, base, picks] = /^([^[\]]*)((?:\[\w+ -?\d+\])*)$/.exec(name) ?? [];
  const indices = [...(picks ?? "").matchAll(/\[(\w+) (-?\d+)\]/g)]
    .map(([, axis, index]) => [axis!, Number(index)]);
  return model.weight(base ?? name).at(Object.fromEntries(indices)).tensor();
}

function normInFront({ architecture }: Transformer, name: string): string | null {
  const { norms = "before", sharedNorm = false, finalNorm = true, embeddingWidth } = architecture;
  // W_U_in, which stands before W_U where that has another width, has no bias to put the norm's bias into.
  if (name === "W_U") return finalNorm && embeddingWidth == null ? "ln_final" : null;
  const [, layer, group] =
    /^blocks\.(\d+)\.(attn|mlp|moe)\.(?:experts\.\d+\.)?W_(?:Q|K|V|in|gate|router)(?:\[|$)/.exec(
      name,
    ) ??
      [];
  if (layer === undefined || !(norms === "before" || norms === "around")) return null;
  return `blocks.${layer}.${group === "attn" || sharedNorm ? "ln1" : "ln2"}`;
}
