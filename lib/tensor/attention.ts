/**
 * The parts of causal attention, each its own call so that every one of them can be edited: scores,
 * their mask, and the mix of values; softmax stands between them.
 *
 * @module
 */

import * as tf from "./tfjs.ts";
import { hasKernel, runKernel } from "./kernel.ts";
import { matMul } from "./mat_mul.ts";

/** Options for {@linkcode attentionScores}. */
export interface AttentionScoresOptions {
  /** What each product is multiplied by, commonly one over the root of the head width. */
  readonly scale: number;
}

/**
 * Multiplies queries by keys. Of fewer key heads than query heads each serves as many neighbours
 * (grouped-query attention). Queries are the last positions of the keys.
 *
 * @param query The queries [head, batch, query, head_width].
 * @param key The keys [group, batch, key, head_width].
 * @param options The scale.
 * @returns The scores [head, batch, query, key], -Infinity where a key is later than its query.
 * @throws {TypeError} If the sizes do not fit.
 *
 * @example Usage
 * ```ts
 * import { attentionScores, tf } from "@innerworks/innerworks";
 *
 * const x = tf.ones([1, 1, 2, 4]);
 * attentionScores(x, x, { scale: 0.5 }).print(); // [[[[2, -Infinity], [2, 2]]]]
 * ```
 */
export function attentionScores(
  query: tf.Tensor,
  key: tf.Tensor,
  options: AttentionScoresOptions,
): tf.Tensor {
  const { scale } = options;
  checkGroups("scores", query, key, query.shape[3] === key.shape[3]);
  if (key.shape[2]! < query.shape[2]!) {
    throw new TypeError(
      `Cannot take attention scores as there must be a key for each query: ${
        query.shape[2]
      } queries and ${key.shape[2]} keys`,
    );
  }
  if (hasKernel("AttentionScores")) {
    return runKernel("AttentionScores", { query, key }, { scale, causal: true });
  }
  return tf.tidy(() => {
    const products = grouped(query, key, (a, b) => matMul(a, b, false, true));
    return maskCausal(products.mul(scale));
  });
}

/**
 * Mixes values by an attention pattern.
 *
 * @param pattern The pattern [head, batch, query, key].
 * @param value The values [group, batch, key, head_width].
 * @returns The mixed values [head, batch, query, head_width].
 * @throws {TypeError} If the sizes do not fit.
 *
 * @example Usage
 * ```ts
 * import { attentionMix, tf } from "@innerworks/innerworks";
 *
 * const pattern = tf.tensor4d([[[[1, 0], [0.5, 0.5]]]]);
 * attentionMix(pattern, tf.tensor4d([[[[2], [4]]]])).print(); // [[[[2], [3]]]]
 * ```
 */
export function attentionMix(pattern: tf.Tensor, value: tf.Tensor): tf.Tensor {
  checkGroups("mix", pattern, value, pattern.shape[3] === value.shape[2]);
  if (hasKernel("AttentionMix")) return runKernel("AttentionMix", { pattern, value });
  return tf.tidy(() => grouped(pattern, value, (a, b) => matMul(a, b)));
}

/**
 * Puts -Infinity back wherever a key is later than its query, as after an edit of the scores.
 *
 * @param scores The scores [..., query, key]; queries are the last positions of the keys.
 * @returns The masked scores [..., query, key].
 *
 * @example Usage
 * ```ts
 * import { maskCausal, tf } from "@innerworks/innerworks";
 *
 * maskCausal(tf.zeros([2, 2])).print(); // [[0, -Infinity], [0, 0]]
 * ```
 */
export function maskCausal(scores: tf.Tensor): tf.Tensor {
  if (scores.rank < 2) {
    throw new TypeError(
      `Cannot mask scores as they must be [..., query, key]: their shape is [${
        scores.shape.join(", ")
      }]`,
    );
  }
  if (hasKernel("MaskCausal")) return runKernel("MaskCausal", { scores }, { value: -Infinity });
  return tf.tidy(() => {
    const [queries, keys] = scores.shape.slice(-2) as [number, number];
    const later = tf.range(0, keys).expandDims(0)
      .greater(tf.range(keys - queries, keys).expandDims(1)); // [query, key]
    return tf.where(later.broadcastTo(scores.shape), tf.fill(scores.shape, -Infinity), scores);
  });
}

/** Applies a product per head, where heads share the matrices of their group. */
function grouped(
  a: tf.Tensor,
  b: tf.Tensor,
  product: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor,
): tf.Tensor {
  const heads = a.shape[0]!;
  const groups = b.shape[0]!;
  if (heads === groups) return product(a, b);
  const [, batch, rows, columns] = a.shape as [number, number, number, number];
  const share = heads / groups;
  // The heads of a group are so many more rows for its matrix.
  const stacked = a.reshape([groups, share, batch, rows * columns]).transpose([0, 2, 1, 3])
    .reshape([groups, batch, share * rows, columns]);
  const y = product(stacked, b);
  const width = y.shape[3]!;
  return y.reshape([groups, batch, share, rows * width]).transpose([0, 2, 1, 3])
    .reshape([heads, batch, rows, width]);
}

/** Refuses heads that do not divide into groups, and batches or inner sizes that differ. */
function checkGroups(what: string, a: tf.Tensor, b: tf.Tensor, inner: boolean): void {
  const fits = a.rank === 4 && b.rank === 4 && inner && a.shape[1] === b.shape[1] &&
    b.shape[0]! > 0 && a.shape[0]! % b.shape[0]! === 0;
  if (!fits) {
    throw new TypeError(
      `Cannot take attention ${what} as heads, batch and inner sizes must fit: shapes are [${
        a.shape.join(", ")
      }] and [${b.shape.join(", ")}]`,
    );
  }
}
