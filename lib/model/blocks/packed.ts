/**
 * Rows of several lengths, their tokens one after another in one row, so that what treats each token alone does so at once.
 *
 * @module
 */

import { attend, type AttendPart, tf } from "../../tensor/mod.ts";
import type { PackedRows, PackedSegment } from "../pass.ts";
import type { BlockContext } from "./attention.ts";
import type { Parts } from "./attend_in_one.ts";

/** Attends segment by segment and returns `[1, token, head · head_width]` of the tokens that go on. */
export function attendPacked(
  parts: Parts,
  { segments }: PackedRows,
  { weights, layer }: BlockContext,
): tf.Tensor {
  const { heads, keyValueHeads: groups, headWidth, attentionScales } = weights.architecture;
  const options = { heads, groups, headWidth, scale: attentionScales[layer]! };
  const mixed = eachSegment(segments, (segment, start) => {
    // Queries, keys and values may stand in one tensor.
    const cuts = new Map<tf.Tensor, tf.Tensor>();
    const cut = ({ of, ...place }: AttendPart) => {
      const rows = cuts.get(of) ?? rowsOf(of, segment, start);
      cuts.set(of, rows);
      return { ...place, of: rows };
    };
    const query = cut(parts.query), past = segment.past?.(layer);
    const own = {
      query: { ...query, of: from(query.of, segment.leave ?? 0) },
      key: cut(parts.key),
      value: cut(parts.value),
    };
    const made = attend(past ? { ...own, past } : own, options);
    return made.reshape([1, -1, heads * headWidth]);
  });
  return mixed.length === 1 ? mixed[0]! : tf.concat(mixed, 1);
}

/** The tokens that go on, of a value of all, `[1, token, ...]`. */
export function leaving(x: tf.Tensor, packed: PackedRows | undefined): tf.Tensor {
  if (!packed?.segments.some(({ leave = 0 }) => leave > 0)) return x;
  const width = x.shape.at(-1)!;
  const parts = eachSegment(
    packed.segments,
    (segment, start) => from(rowsOf(x, segment, start), segment.leave ?? 0).reshape([1, -1, width]),
  );
  return parts.length === 1 ? parts[0]! : tf.concat(parts, 1);
}

/** Does something with each segment, told at which token it starts. */
export function eachSegment<T>(
  segments: readonly PackedSegment[],
  work: (segment: PackedSegment, start: number) => T,
): T[] {
  let start = 0;
  return segments.map((segment) => {
    const made = work(segment, start);
    start += segment.rows * segment.columns;
    return made;
  });
}

/** The tokens of a segment as rows: `[row, column, ...]`, or `[head, row, column, ...]` of heads. */
export function rowsOf(x: tf.Tensor, { rows, columns }: PackedSegment, start: number): tf.Tensor {
  const shape = x.shape, width = shape.at(-1)!, count = rows * columns;
  const heads = shape.length === 3 ? [] : [shape[0]!], begin = heads.map(() => 0);
  const own = count === shape.at(-2)
    ? x
    : tf.slice(x, [...begin, 0, start, 0], [...heads, 1, count, width]);
  return own.reshape([...heads, rows, columns, width]);
}

/** The last columns of rows, from one on. */
export function from(x: tf.Tensor, column: number): tf.Tensor {
  if (column === 0) return x;
  const axis = x.shape.length - 2, begin = x.shape.map(() => 0), size = [...x.shape];
  begin[axis] = column;
  size[axis] = size[axis]! - column;
  return tf.slice(x, begin, size);
}
