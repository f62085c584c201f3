/**
 * What attention writes, where edits touch what heads write: the heads that are touched write anew.
 *
 * @module
 */

import { changeOfResults } from "../../model/mod.ts";
import { tf } from "../../tensor/mod.ts";
import type { PlannedVariant } from "./plan.ts";
import { RowsObserver } from "./rows_observer.ts";
import type { WantedMix } from "./touched_mix.ts";

/**
 * Adds to what attention writes what edits change of what heads write.
 *
 * @param variants The variants, which touch as many heads each; their instruments look at these and at the columns that are wanted.
 * @param plain What attention writes without edits, `[variant · example, position, width]`.
 * @param wanted The columns.
 * @returns The same with edits; the caller's to free.
 */
export function withResults(
  variants: readonly PlannedVariant[],
  plain: tf.Tensor,
  { base, places, columns }: WantedMix,
): tf.Tensor {
  const { layer } = variants[0]!, batch = base.tokens.length;
  return tf.tidy(() => {
    const z = base.given(`blocks.${layer}.attn.z`), width = z.shape[3]!;
    const all = z.shape[1]! * z.shape[2]!, slots = variants[0]!.heads!.queries.length;
    const list = Array.from({ length: slots }, (_, slot) =>
      variants.flatMap(({ heads }, at) => {
        const own = places.slice(at * batch * columns, (at + 1) * batch * columns);
        return own.map((place) => heads!.queries[slot]! * all + place);
      })).flat();
    const mixed = tf.gather(z.reshape([-1, width]), tf.tensor1d(Int32Array.from(list), "int32"))
      .reshape([slots, variants.length * batch, columns, width]);
    const heads = variants.map(({ heads }) => ({ ...heads!, rows: batch }));
    const instruments = variants.map(({ instrument }) => instrument);
    const observer = new RowsObserver(base.model, batch, instruments);
    return plain.add(changeOfResults(base.model, { layer, heads, mixed }, observer));
  });
}
