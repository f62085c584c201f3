/**
 * Takes out of a cache what belongs to no token of a text.
 *
 * @module
 */

import type { Site } from "../../model/mod.ts";
import { tf } from "../../tensor/mod.ts";
import type { Cache } from "../cache.ts";

/**
 * Cuts all values to the columns that were computed whole, and puts NaN where a row's text has ended.
 *
 * @param cache The cache of a generation.
 * @param columns How many columns every site has been computed for.
 * @param ends For each row the column after its last token.
 */
export function settleCache(cache: Cache, columns: number, ends: readonly number[]): void {
  for (const site of cache.sites) {
    const axes = cache.axes(site), value = cache.get(site);
    const settled = tf.tidy(() => {
      const size = value.shape.map((size, i) =>
        ["position", "query", "key"].includes(axes[i]!) ? Math.min(size, columns) : size
      );
      const cut = tf.slice(value, size.map(() => 0), size);
      return ends.every((end) => end >= columns) ? cut.clone() : cut.add(blanks(axes, size, ends));
    });
    value.dispose();
    cache.put(site as Site, settled, axes);
    settled.dispose();
  }
}

/** NaN where a row has ended and 0 elsewhere, to be added. */
function blanks(
  axes: readonly string[],
  size: readonly number[],
  ends: readonly number[],
): tf.Tensor {
  const position = axes.findIndex((axis) => axis === "position" || axis === "query");
  const columns = size[position]!;
  const values = new Float32Array(ends.length * columns);
  ends.forEach((end, row) => values.fill(NaN, row * columns + end, (row + 1) * columns));
  // The batch stands before positions and queries in every site.
  return tf.tensor(
    values,
    axes.map((axis, i) => axis === "batch" || i === position ? size[i]! : 1),
  );
}
