/**
 * The two ends of a model: tokens to streams, streams to logits.
 *
 * @module
 */

import { linear, tf } from "../../tensor/mod.ts";
import { type Observer, seen } from "../observer.ts";
import type { Weights } from "../weights.ts";
import { normed } from "./norm.ts";

/** Looks tokens up and adds their positions, `[batch, position, width]`. */
export function embed(
  ids: readonly (readonly number[])[],
  weights: Weights,
  observer: Observer,
): tf.Tensor {
  const batch = ids.length, length = ids[0]!.length, { width, position } = weights.architecture;
  const indices = tf.tensor1d(Int32Array.from(ids.flat()), "int32");
  const tokens = tf.gather(weights.embed, indices).reshape([batch, length, width]);
  const stream = seen(observer, "embed", tokens);
  if (position.kind !== "learned") return stream;
  const rows = tf.slice(weights.positions, [0, 0], [length, width]).expandDims(0);
  // Where nobody watches, the one row of positions is added to every prompt without being copied.
  const positions = observer.watches("pos_embed")
    ? seen(observer, "pos_embed", tf.tile(rows, [batch, 1, 1]))
    : rows;
  return stream.add(positions);
}

/** Reads logits `[batch, position, vocabulary]` off the last stream. */
export function unembed(stream: tf.Tensor, weights: Weights, observer: Observer): tf.Tensor {
  const read = normed(stream, weights.architecture.norm, weights.norm("ln_final"), observer, {
    scale: "ln_final.scale",
    normalized: "ln_final.normalized",
  });
  const map = weights.unembed;
  return seen(observer, "logits", linear(read, map.matrix, map.bias, map));
}
