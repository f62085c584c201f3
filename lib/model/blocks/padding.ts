/**
 * What hides the padding on the left of short prompts, and keys out of a window.
 *
 * @module
 */

import { tf } from "../../tensor/mod.ts";

/**
 * Makes what is added to scores so that no token sees the padding before it, nor a key out of its window.
 *
 * A column of the padding sees itself alone: a softmax over nothing would be NaN, and NaN spreads.
 *
 * Beltagy et al., "Longformer", 2020, https://arxiv.org/abs/2004.05150, for windows.
 *
 * @param starts The column of each row's first token, or one for all rows.
 * @param first The first column of the queries.
 * @param end The column after the last.
 * @param window How many keys back a query sees, its own among them.
 * @returns 0 or −∞, `[1, batch, query, key]`.
 */
export function paddingMask(
  starts: readonly number[],
  first: number,
  end: number,
  window = Infinity,
): tf.Tensor4D {
  const queries = end - first, values = new Float32Array(starts.length * queries * end);
  let place = 0;
  for (const start of starts) {
    for (let query = first; query < end; query++) {
      for (let key = 0; key < end; key++, place++) {
        if ((key < start || query - key >= window) && key !== query) values[place] = -Infinity;
      }
    }
  }
  return tf.tensor4d(values, [1, starts.length, queries, end]);
}
