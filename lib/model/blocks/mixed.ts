/**
 * The end of attention: from what the heads mixed to what they write.
 *
 * @module
 */

import { mergeHeads, type tf } from "../../tensor/mod.ts";
import { seen } from "../observer.ts";
import type { BlockContext } from "./attention.ts";
import { results, sumOfHeads } from "./head_results.ts";
import { scaled } from "./scaled.ts";

/** What heads write that mixed values to `[head, batch, position, head_width]`, after their sites. */
export function writtenByMix(mixed: tf.Tensor, context: BlockContext): tf.Tensor {
  const { weights, layer, observer, mechanisms } = context;
  const z = seen(observer, `blocks.${layer}.attn.z`, mixed);
  const output = weights.linear(`blocks.${layer}.attn.output`);
  const scale = weights.architecture.writingScale ?? 1;
  if (observer.watches(`blocks.${layer}.attn.result`)) {
    const own = scaled(results(z, output, mechanisms), scale);
    const changed = seen(observer, `blocks.${layer}.attn.result`, own);
    // A mere look must not change a bit, so only an edit goes on from the heads' own sums.
    if (changed !== own) {
      const sum = sumOfHeads(changed, output, scale);
      return context.onto ? context.onto.add(sum) : sum;
    }
  }
  return writtenTogether(mergeHeads(z), context);
}

/** What heads write together whose mixes `[batch, position, head · head_width]` nobody looks at. */
export function writtenTogether(
  mixed: tf.Tensor,
  { weights, layer, mechanisms, onto }: BlockContext,
): tf.Tensor {
  const output = weights.linear(`blocks.${layer}.attn.output`), { transposed } = output;
  const all = mechanisms.linear(mixed, output.matrix, output.bias, {
    transposed,
    ...onto && { onto },
  });
  return scaled(all, weights.architecture.writingScale ?? 1);
}
