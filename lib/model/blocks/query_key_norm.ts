/**
 * Norms of queries and keys, before they turn.
 *
 * Henry et al., "Query-Key Normalization for Transformers", 2020, https://arxiv.org/abs/2010.04245; Dehghani et al.,
 * "Scaling Vision Transformers to 22 Billion Parameters", 2023.
 *
 * @module
 */

import { mergeHeads, splitHeads, tf } from "../../tensor/mod.ts";
import type { QueryKeyNorm } from "../architecture.ts";
import type { Law } from "../law.ts";
import { measured } from "./norm.ts";
import type { Mechanisms } from "../mechanisms.ts";
import type { NormWeights } from "../weights.ts";

/**
 * Normalises queries or keys.
 *
 * @param x The queries or keys, `[head, batch, position, head_width]`.
 * @param kind What is measured, and whose the gains are.
 * @param own Gain and bias: of a head's columns, of each head's, or of all heads' beside each other.
 * @param mechanisms What it computes with.
 */
export function normedHeads(
  x: tf.Tensor,
  { norm, over, byHead = false }: QueryKeyNorm,
  own: NormWeights,
  mechanisms: Mechanisms,
): tf.Tensor {
  const [heads, , , headWidth] = x.shape as [number, number, number, number];
  if (over === "heads") {
    const normed = mechanisms.norm(mergeHeads(x), norm, own);
    return splitHeads(normed, { heads, headWidth, offset: 0, stride: headWidth });
  }
  if (!byHead) return mechanisms.norm(x, norm, own);
  const plain = { gain: tf.ones([headWidth]) as tf.Tensor1D, bias: null };
  return mechanisms.multiply(
    mechanisms.norm(x, norm, plain),
    own.gain.reshape([heads, 1, 1, headWidth]),
  );
}

/** The laws of norms of queries and keys. */
export const queryKeyNormLaws: readonly Law[] = (["q", "k"] as const).map((name): Law => ({
  name: `${name}_normed = norm of ${name}, by its gains`,
  scope: "block",
  applies: ({ queryKeyNorm }) => queryKeyNorm != null,
  sides: ({ at, own, architecture: { queryKeyNorm, clip } }) => {
    const { norm, over, byHead = false, bias = false } = queryKeyNorm!;
    const x = at(clip ? `attn.${name}_clipped` : `attn.${name}`);
    const [heads, batch, length, width] = x.shape as [number, number, number, number];
    // The numbers that are measured together stand side by side.
    const rows = over === "heads"
      ? tf.transpose(x, [1, 2, 0, 3]).reshape([batch, length, heads * width])
      : x;
    const normed = measured(rows, norm);
    const divided = tf.slice(normed, [...normed.shape.slice(0, -1).map(() => 0), 1], rows.shape);
    const ordered = over === "heads"
      ? tf.transpose(divided.reshape([batch, length, heads, width]), [2, 0, 1, 3])
      : divided;
    const shape = over === "heads" || byHead ? [heads, 1, 1, width] : [1, 1, 1, width];
    const gained = ordered.mul(own(`attn.${name}_norm.w`).reshape(shape));
    const right = bias ? gained.add(own(`attn.${name}_norm.b`).reshape(shape)) : gained;
    return [at(`attn.${name}_normed`), right];
  },
}));
