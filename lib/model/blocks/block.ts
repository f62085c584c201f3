/**
 * One block: attention and feed-forward, one after the other or side by side.
 *
 * @module
 */

import type { tf } from "../../tensor/mod.ts";
import { seen } from "../observer.ts";
import type { BlockSite } from "../sites.ts";
import { attention, type BlockContext } from "./attention.ts";
import { feedForward } from "./feed_forward.ts";
import { normed } from "./norm.ts";

/** Runs a block on the stream that enters it and returns the stream that leaves it, `[batch, position, width]`. */
export function block(stream: tf.Tensor, context: BlockContext): tf.Tensor {
  const { weights, layer, observer } = context;
  const { norms = "before", parallel, sharedNorm = false } = weights.architecture;
  const look = (name: BlockSite, value: tf.Tensor) =>
    seen(observer, `blocks.${layer}.${name}`, value);
  const norm = (name: "ln1" | "ln2" | "ln1_post" | "ln2_post", x: tf.Tensor) =>
    normed(x, weights.norm(`blocks.${layer}.${name}`), context, {
      scale: `blocks.${layer}.${name}.scale`,
      normalized: `blocks.${layer}.${name}.normalized`,
    });
  const after = norms === "after" || norms === "around", onStream = norms === "stream";
  const entering = look("resid_pre", stream);
  const { written, read } = attention(entering, context);
  const attended = look("attn_out", after ? norm("ln1_post", written) : written);
  if (parallel) {
    const computed = look("mlp_out", feedForward(entering, context, sharedNorm ? read : null));
    // The order of the additions is that of the reference implementation.
    return look("resid_post", computed.add(attended).add(entering));
  }
  const sum = entering.add(attended);
  const middle = look("resid_mid", onStream ? norm("ln1", sum) : sum);
  const made = feedForward(middle, context, null);
  const computed = look("mlp_out", after ? norm("ln2_post", made) : made);
  const last = middle.add(computed);
  return look("resid_post", onStream ? norm("ln2", last) : last);
}
