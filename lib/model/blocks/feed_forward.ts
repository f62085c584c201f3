/**
 * Feed-forward networks, plain and gated.
 *
 * Geva et al., 2021, https://arxiv.org/abs/2012.14913 for neurons as keys and values; Shazeer, "GLU Variants Improve
 * Transformer", 2020, https://arxiv.org/abs/2002.05202 for the gate.
 *
 * @module
 */

import type { tf } from "../../tensor/mod.ts";
import { keepingNothing, seen } from "../observer.ts";
import type { BlockSite } from "../sites.ts";
import { type BlockContext, scaled } from "./attention.ts";
import { mixture } from "./mixture.ts";
import { normed } from "./norm.ts";

/**
 * Computes what the feed-forward network writes.
 *
 * @param stream The stream that it reads, `[batch, position, width]`.
 * @param context The weights, and who reads and changes values.
 * @param shared The stream as attention read it, where both read one norm.
 * @returns What it writes, before any norm of that.
 */
export function feedForward(
  stream: tf.Tensor,
  context: BlockContext,
  shared: tf.Tensor | null,
): tf.Tensor {
  const { weights, layer, observer, mechanisms } = context;
  const { activation, gated, mixture: experts, writingScale = 1 } = weights.architecture;
  const look = (name: BlockSite, value: tf.Tensor) =>
    seen(observer, `blocks.${layer}.${name}`, value);
  const map = (x: tf.Tensor, part: "in" | "gate" | "out") => {
    const own = weights.linear(`blocks.${layer}.mlp.${part}`);
    return mechanisms.linear(x, own.matrix, own.bias, own);
  };
  const read = readStream(look("mlp_in", stream), stream, context, shared);
  if (experts) return scaled(mixture(read, context), writingScale);
  const pre = look("mlp.pre", map(read, gated ? "gate" : "in"));
  if (!gated) {
    const post = look("mlp.post", mechanisms.activate(pre, activation));
    return scaled(map(post, "out"), writingScale);
  }
  const gate = look("mlp.gate", mechanisms.activate(pre, activation));
  const branch = look("mlp.pre_linear", map(read, "in"));
  const post = look("mlp.post", mechanisms.multiply(gate, branch));
  return scaled(map(post, "out"), writingScale);
}

/** Normalises what the network reads, where a norm stands before it. */
function readStream(
  input: tf.Tensor,
  stream: tf.Tensor,
  context: BlockContext,
  shared: tf.Tensor | null,
): tf.Tensor {
  const { weights, layer, observer } = context, { norms = "before" } = weights.architecture;
  if (norms === "after" || norms === "stream") return input;
  if (shared && input === stream) return shared;
  // What is kept of a shared norm is attention's.
  const name = shared ? "ln1" : "ln2", own = shared ? keepingNothing(observer) : observer;
  return normed(input, weights.norm(`blocks.${layer}.${name}`), { ...context, observer: own }, {
    scale: `blocks.${layer}.${name}.scale`,
    normalized: `blocks.${layer}.${name}.normalized`,
  });
}
