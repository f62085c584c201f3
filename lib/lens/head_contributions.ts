/**
 * From what heads add to the logits to the tokens that they raise and lower.
 *
 * @module
 */

import type { Transformer } from "../model/mod.ts";
import { greatest, shownToken } from "../run/mod.ts";
import type { HeadReading, LayerReading, TokenContribution } from "./attention_lens_result.ts";
import { divergence } from "./row_reading.ts";

/** What a layer's heads contribute to the logits, a row a head, and what attention does as a whole, less its bias. */
export interface Contributions {
  /** What each head adds, `[head, vocabulary]`. */
  readonly heads: Float32Array;
  /** What attention adds, `[vocabulary]`. */
  readonly whole: Float32Array;
}

/** Reads the heads of a layer one by one, and their sum. */
export function* layerReading(
  model: Transformer,
  { heads: all, whole }: Contributions,
  { layer, heads, top, tracked, end }: {
    readonly layer: number;
    readonly heads: readonly number[];
    readonly top: number;
    readonly tracked: readonly number[];
    readonly end: Float32Array;
  },
): Generator<void, LayerReading> {
  const size = whole.length, count = all.length / size;
  const sum = new Float64Array(size), readings: HeadReading[] = [];
  for (let head = 0; head < count; head++, yield) {
    const own = all.subarray(head * size, (head + 1) * size);
    for (let id = 0; id < size; id++) sum[id]! += own[id]!;
    if (heads.includes(head)) {
      readings.push({ head, ...contributionsOf(model, own, { top, tracked }) });
    }
  }
  // Heads come in the order in which they were asked for.
  readings.sort((a, b) => heads.indexOf(a.head) - heads.indexOf(b.head));
  const gap = sum.reduce((most, x, id) => Math.max(most, Math.abs(x - whole[id]!)), 0);
  const total = Float64Array.from(sum) as unknown as Float32Array;
  return {
    layer,
    heads: readings,
    sum: contributionsOf(model, total, { top, tracked }),
    divergence: divergence(end, total),
    gap,
  };
}

/** The tokens that a row raises and lowers most. */
function contributionsOf(
  model: Transformer,
  row: Float32Array,
  { top, tracked }: { readonly top: number; readonly tracked: readonly number[] },
): Omit<HeadReading, "head"> {
  const mean = row.reduce((sum, x) => sum + x, 0) / row.length;
  const variance = row.reduce((sum, x) => sum + (x - mean) ** 2, 0) / row.length;
  const token = (id: number): TokenContribution => ({
    token: shownToken(model, id),
    id,
    logit: row[id]!,
  });
  return {
    promoted: greatest(row, top).map(token),
    suppressed: greatest(row.map((x) => -x), top).map(token),
    tracked: tracked.map(token),
    mean,
    deviation: Math.sqrt(variance),
  };
}
