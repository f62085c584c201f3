/**
 * The stream as attention reads it.
 *
 * @module
 */

import type { tf } from "../../tensor/mod.ts";
import type { Observer } from "../observer.ts";
import type { BlockContext } from "./attention.ts";
import { normed } from "./norm.ts";

/** Normalises a stream `[..., width]` where a norm stands before attention. */
export function attentionNorm(
  x: tf.Tensor,
  context: BlockContext,
  observer: Observer = context.observer,
): tf.Tensor {
  const { weights, layer } = context, { norms = "before" } = weights.architecture;
  if (norms === "after" || norms === "stream") return x;
  return normed(x, weights.norm(`blocks.${layer}.ln1`), { ...context, observer }, {
    scale: `blocks.${layer}.ln1.scale`,
    normalized: `blocks.${layer}.ln1.normalized`,
  });
}
