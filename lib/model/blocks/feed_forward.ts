/**
 * Feed-forward networks, plain and gated.
 *
 * Geva et al., 2021, https://arxiv.org/abs/2012.14913 for neurons as keys and values; Shazeer, "GLU Variants Improve
 * Transformer", 2020, https://arxiv.org/abs/2002.05202 for the gate.
 *
 * @module
 */

import type { tf } from "../../tensor/mod.ts";
import { seen } from "../observer.ts";
import type { BlockSite } from "../sites.ts";
import type { BlockContext } from "./attention.ts";
import { normed } from "./norm.ts";

/** Computes what the feed-forward network adds to a stream `[batch, position, width]`. */
export function feedForward(stream: tf.Tensor, context: BlockContext): tf.Tensor {
  const { weights, layer, observer, mechanisms } = context;
  const look = (name: BlockSite, value: tf.Tensor) =>
    seen(observer, `blocks.${layer}.${name}`, value);
  const map = (x: tf.Tensor, part: "in" | "gate" | "out") => {
    const own = weights.linear(`blocks.${layer}.mlp.${part}`);
    return mechanisms.linear(x, own.matrix, own.bias, own);
  };
  const { activation, gated } = weights.architecture;
  const input = look("mlp_in", stream);
  const read = normed(input, weights.norm(`blocks.${layer}.ln2`), context, {
    scale: `blocks.${layer}.ln2.scale`,
    normalized: `blocks.${layer}.ln2.normalized`,
  });
  const pre = look("mlp.pre", map(read, gated ? "gate" : "in"));
  if (!gated) return map(look("mlp.post", mechanisms.activate(pre, activation)), "out");
  const gate = look("mlp.gate", mechanisms.activate(pre, activation));
  const branch = look("mlp.pre_linear", map(read, "in"));
  return map(look("mlp.post", mechanisms.multiply(gate, branch)), "out");
}
