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

/** Runs a block on the stream that enters it and returns the stream that leaves it, `[batch, position, width]`. */
export function block(stream: tf.Tensor, context: BlockContext): tf.Tensor {
  const look = (name: BlockSite, value: tf.Tensor) =>
    seen(context.observer, `blocks.${context.layer}.${name}`, value);
  const entering = look("resid_pre", stream);
  const attended = look("attn_out", attention(entering, context));
  if (context.weights.architecture.parallel) {
    const written = look("mlp_out", feedForward(entering, context));
    // The order of the additions is that of the reference implementation.
    return look("resid_post", written.add(attended).add(entering));
  }
  const middle = look("resid_mid", entering.add(attended));
  return look("resid_post", middle.add(look("mlp_out", feedForward(middle, context))));
}
