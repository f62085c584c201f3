/**
 * Takes out of a cache what belongs to no token of a text.
 *
 * @module
 */

import type { Site } from "../../model/mod.ts";
import { tf } from "../../tensor/mod.ts";
import type { Cache } from "../cache.ts";
import { positionAxis } from "../selection.ts";

/**
 * Puts NaN where a row's text has ended before others.
 *
 * @param cache The cache of a generation.
 * @param ends For each row the column after its last token.
 */
export function settleCache(cache: Cache, ends: readonly number[]): void {
  for (const site of cache.sites) {
    const axes = cache.axes(site), value = cache.get(site), position = positionAxis(axes);
    const columns = value.shape[position]!;
    if (ends.every((end) => end >= columns)) continue;
    const blanks = new Float32Array(ends.length * columns);
    ends.forEach((end, row) => {
      if (end < columns) blanks.fill(NaN, row * columns + end, (row + 1) * columns);
    });
    // The batch stands before positions and queries in every site.
    const shape = axes.map((axis, i) => axis === "batch" || i === position ? value.shape[i]! : 1);
    const settled = tf.tidy(() => value.add(tf.tensor(blanks, shape)));
    value.dispose();
    cache.put(site as Site, settled, axes);
    settled.dispose();
  }
}
