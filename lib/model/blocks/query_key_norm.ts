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
