/**
 * The part of a site's values that an edit touches.
 *
 * @module
 */

import { tf } from "../tensor/mod.ts";
import { type Edit, editText, type Positions } from "./edit.ts";

/** Which indices are touched on each axis of a tensor; null is all of them. */
export interface Selection {
  /** The sizes of the touched part. */
  readonly shape: readonly number[];
  /** The touched indices by axis. */
  readonly indices: readonly (readonly number[] | null)[];
}

const AXES = {
  heads: ["head"],
  neurons: ["neuron"],
  positions: ["position", "query"],
  keys: ["key"],
  examples: ["batch"],
} as const;

/**
 * Works out what an edit touches of a tensor with named axes.
 *
 * @throws {RangeError} If the site has no such axis, an index is outside it, or nothing at all would be touched.
 */
export function select(edit: Edit, axes: readonly string[], shape: readonly number[]): Selection {
  const indices: (readonly number[] | null)[] = axes.map(() => null);
  for (const name of Object.keys(AXES) as (keyof typeof AXES)[]) {
    const wanted = edit[name];
    if (wanted === undefined) continue;
    const place = axes.findIndex((axis) => (AXES[name] as readonly string[]).includes(axis));
    if (place < 0) {
      throw new RangeError(
        `Cannot ${editText(edit)} as the site has no ${name}: its axes are ${axes.join(", ")}`,
      );
    }
    indices[place] = resolve(edit, name, wanted, shape[place]!);
  }
  return { indices, shape: shape.map((size, i) => indices[i]?.length ?? size) };
}

function resolve(edit: Edit, name: string, wanted: Positions, size: number): number[] {
  const list = listed(edit, name, wanted, size);
  if (list.length === 0) {
    throw new RangeError(
      `Cannot ${editText(edit)} as it must touch something: its ${name} are none`,
    );
  }
  const found = list.map((index) => {
    const at = index < 0 ? size + index : index;
    if (!Number.isInteger(at) || at < 0 || at >= size) {
      throw new RangeError(
        `Cannot ${editText(edit)} as ${name} must be from ${-size} to ${
          size - 1
        }: current value is ${index}`,
      );
    }
    return at;
  });
  const twice = found.find((at, i) => found.indexOf(at) !== i);
  if (twice !== undefined) {
    throw new RangeError(
      `Cannot ${editText(edit)} as its ${name} must differ: ${twice} stands there twice`,
    );
  }
  return found;
}

/** The indices that were asked for, not yet held against the size. */
function listed(edit: Edit, name: string, wanted: Positions, size: number): readonly number[] {
  if (typeof wanted === "number") return [wanted];
  if (typeof wanted === "object" && wanted !== null) {
    if ("length" in wanted) return Array.from(wanted);
    if (Object.keys(wanted).every((key) => key === "from" || key === "to")) {
      return range(edit, name, wanted, size);
    }
  }
  throw new TypeError(
    `Cannot ${edit.kind} ${edit.at} as ${name} must be a number, a list of them or { from, to }: current value is ${
      JSON.stringify(wanted)
    }`,
  );
}

/** A range that reaches past the prompt is refused, not cut, and before anything of its length is made. */
function range(
  edit: Edit,
  name: string,
  { from = 0, to }: { from?: number; to?: number },
  size: number,
): number[] {
  for (const end of [from, to ?? size]) {
    if (Number.isInteger(end) && end >= -size && end <= size) continue;
    throw new RangeError(
      `Cannot ${
        editText(edit)
      } as a range of ${name} must lie from ${-size} to ${size}: current value is ${end}`,
    );
  }
  const start = from < 0 ? size + from : from;
  const end = to === undefined ? size : to < 0 ? size + to : to;
  return Array.from({ length: Math.max(0, end - start) }, (_, i) => start + i);
}

/** Whether a selection is the whole tensor. */
export function isWhole({ indices }: Selection): boolean {
  return indices.every((list) => list === null);
}

/**
 * Changes the selected part of a tensor and leaves the rest as it is, to the bit.
 *
 * @param x The tensor.
 * @param selection The part.
 * @param change Takes the part and returns what takes its place, of the same shape.
 */
export function changePart(
  x: tf.Tensor,
  selection: Selection,
  change: (part: tf.Tensor) => tf.Tensor,
): tf.Tensor {
  if (isWhole(selection)) return change(x).clone();
  // Trailing axes that are touched whole stay together as one row, so that rows are moved, not single numbers.
  let rank = x.shape.length;
  while (rank > 0 && selection.indices[rank - 1] === null) rank--;
  const inner = x.shape.slice(rank).reduce((product, size) => product * size, 1);
  const rows = rowsOf(x.shape.slice(0, rank), selection.indices);
  const total = x.size / inner, table = x.reshape([total, inner]);
  const part = tf.gather(table, tf.tensor1d(rows, "int32")).reshape(selection.shape as number[]);
  const changed = change(part);
  // Row i of the result is row i of the tensor, or the changed row that takes its place.
  const places = Int32Array.from({ length: total }, (_, i) => i);
  rows.forEach((row, i) => places[row] = total + i);
  const both = tf.concat([table, changed.reshape([rows.length, inner])]);
  return tf.gather(both, tf.tensor1d(places, "int32")).reshape(x.shape);
}

function rowsOf(shape: readonly number[], indices: Selection["indices"]): Int32Array {
  let rows = [0];
  shape.forEach((size, axis) => {
    const list = indices[axis] ?? Array.from({ length: size }, (_, i) => i);
    rows = rows.flatMap((row) => list.map((index) => row * size + index));
  });
  return Int32Array.from(rows);
}

/** Picks the selected part of a tensor. */
export function partOf(x: tf.Tensor, selection: Selection): tf.Tensor {
  return selection.indices.reduce<tf.Tensor>(
    (part, list, axis) =>
      list === null ? part : tf.gather(part, tf.tensor1d([...list], "int32"), axis),
    x,
  );
}
