/**
 * Attention of packed rows in steps, where scores are more than scaled products under the causal mask: bounded, biased by the place
 * of the key, seen through a window, or beside a sink.
 *
 * @module
 */

import { mergeHeads, tf } from "../../tensor/mod.ts";
import type { KeysAndValues } from "../key_value_cache.ts";
import type { PackedRows, PackedSegment } from "../pass.ts";
import { alibiBias } from "./alibi.ts";
import type { BlockContext } from "./attention.ts";
import { type HeadParts, mixedBy, readByScores } from "./attend_in_steps.ts";
import { eachSegment, from, rowsOf } from "./packed.ts";
import { paddingMask } from "./padding.ts";

/** The most scores that are held at once. */
const SCORES = 2 ** 22;

/** Whether packed rows may attend in one call: scores are nothing but scaled products under the causal mask. */
export function mayPackInOne({ segments }: PackedRows, { weights, layer }: BlockContext): boolean {
  const { scoreCap, sinks, clip, position, windows } = weights.architecture;
  const window = windows?.[layer] ?? Infinity;
  const end = Math.max(...segments.map(({ first, columns }) => first + columns));
  return !scoreCap && !sinks && !clip && position.kind !== "alibi" && window >= end;
}

/**
 * Attends segment by segment.
 *
 * @param projected Queries, keys and values as they were projected, `[head, 1, token, head_width]`.
 * @param packed The segments.
 * @param context What attention reads beside them.
 * @returns What heads mix of the tokens that go on, heads beside each other, `[1, token, head · head_width]`.
 */
export function attendPackedInSteps(
  projected: HeadParts,
  { segments }: PackedRows,
  context: BlockContext,
): tf.Tensor {
  const { weights: { architecture }, layer } = context, { heads, headWidth } = architecture;
  const parts = readByScores(projected, context);
  const mixed = eachSegment(segments, (segment, start) => {
    const { leave = 0, rows } = segment, past = segment.past?.(layer) ?? null;
    const query = from(rowsOf(parts.q, segment, start), leave);
    const own = { key: rowsOf(parts.k, segment, start), value: rowsOf(parts.v, segment, start) };
    const places = placesOf(segment, context), most = rowsAtOnce(segment, past, heads);
    const made: tf.Tensor[] = [];
    for (let row = 0; row < rows; row += most) {
      const some = (x: tf.Tensor) => rowsFrom(x, row, Math.min(most, rows - row));
      const all = joined(past, { key: some(own.key), value: some(own.value) });
      made.push(mergeHeads(mixedBy(some(query), all, { ...context, ...places })));
    }
    return (made.length === 1 ? made[0]! : tf.concat(made, 0)).reshape([1, -1, heads * headWidth]);
  });
  return mixed.length === 1 ? mixed[0]! : tf.concat(mixed, 1);
}

/** What scores of a segment read of positions. */
function placesOf(
  { first, columns, leave = 0 }: PackedSegment,
  { weights: { architecture: { windows, position } }, layer }: BlockContext,
): Pick<BlockContext, "mask" | "alibi"> {
  const end = first + columns, window = windows?.[layer] ?? Infinity;
  return {
    mask: window < end ? paddingMask([0], first + leave, end, window) : null,
    alibi: position.kind === "alibi" ? alibiBias(position, [0], end) : null,
  };
}

/** How many rows may have their scores at once, all or as many as the rows of the past some times over. */
function rowsAtOnce(
  { first, columns, rows, leave = 0 }: PackedSegment,
  past: KeysAndValues | null,
  heads: number,
): number {
  const each = heads * (columns - leave) * (first + columns), unit = past?.key.shape[1] ?? 1;
  return Math.min(rows, unit * Math.max(1, Math.floor(SCORES / (each * unit))));
}

/** Keys and values after those of the past, each row of which serves every so many rows. */
function joined(past: KeysAndValues | null, own: KeysAndValues): KeysAndValues {
  if (!past) return own;
  const rows = own.key.shape[1]!;
  const whole = (name: "key" | "value") => {
    const before = past[name], copies = Math.ceil(rows / before.shape[1]!);
    const tiled = copies === 1 ? before : tf.tile(before, [1, copies, 1, 1]);
    return tf.concat([rowsFrom(tiled, 0, rows), own[name]], 2);
  };
  return { key: whole("key"), value: whole("value") };
}

/** Some rows of heads `[head, row, position, head_width]`. */
function rowsFrom(x: tf.Tensor, row: number, count: number): tf.Tensor {
  const [heads, rows, columns, width] = x.shape as [number, number, number, number];
  return count === rows ? x : tf.slice(x, [0, row, 0, 0], [heads, count, columns, width]);
}
