/**
 * The part of a batch's value that belongs to one example.
 *
 * @module
 */

import { readNumbers, tf } from "../../lib/tensor/mod.ts";

/** The numbers of an example's tokens in a value of a batch: what its prompt alone would show. */
export function ownPart(
  value: tf.Tensor,
  axes: readonly string[],
  example: number,
  { from, to }: { readonly from: number; readonly to: number },
): Float64Array {
  const column = (axis: string) => /position|query|key/.test(axis);
  const begin = axes.map((axis) => axis === "batch" ? example : column(axis) ? from : 0);
  const size = axes.map((axis, i) =>
    axis === "batch" ? 1 : column(axis) ? to - from : value.shape[i]!
  );
  const part = tf.slice(value, begin, size);
  try {
    return readNumbers(part);
  } finally {
    part.dispose();
  }
}
