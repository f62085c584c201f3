/**
 * The part of a site's values that an edit touches.
 *
 * @module
 */

import { tf } from "../tensor/mod.ts";
import type { Where } from "./edit.ts";
import { type Columns, columnsOf, columnsWithin, countOf, indicesOf } from "./resolve.ts";
import { seenKeys } from "./seen_keys.ts";
import { tokenColumns, type Window, type WindowMode } from "./window.ts";

/** The value of a site as a pass comes by with it. */
export interface SiteShape {
  /** Its shape; where it has fewer columns than the pass, these are the last ones. */
  readonly shape: readonly number[];
  /** The heads that it has, those that are touched among them; null for all. */
  readonly heads?: readonly number[] | null;
}

/** Which indices are touched on each axis of a tensor; null is all of them. */
export interface Selection {
  /** The sizes of the touched part. */
  readonly shape: readonly number[];
  /** The touched indices by axis. */
  readonly indices: readonly (readonly number[] | null)[];
}

/** What an edit touches of a site in the whole run, whatever pass computes it. */
export interface Reach {
  /** What is being done, as an error begins after "Cannot". */
  readonly purpose: string;
  /** The names of the site's axes. */
  readonly axes: readonly string[];
  /** The touched indices of the axes that are the same in each pass: heads, neurons; null elsewhere and for all. */
  readonly indices: readonly (readonly number[] | null)[];
  /** The touched rows of the batch. */
  readonly examples: readonly number[];
  /** The touched columns of each of them; of scores and pattern, those of the query. */
  readonly columns: readonly Columns[];
  /** The touched columns of the key, of each touched example; null where the site has none, or all are touched. */
  readonly keys: readonly Columns[] | null;
}

/** Where an edit touches a site, as its kind may work it out for each example. */
export interface PlacedWhere extends Where {
  /** The positions of each example of the batch, where they are not those that `positions` says. */
  readonly placed?: readonly (readonly number[])[];
}

/** The cells that an edit touches together: the same columns in each of some examples. */
export interface Piece extends Selection {
  /** Which of the touched examples these are: places in {@linkcode Reach.examples}. */
  readonly examples: readonly number[];
  /** The touched columns. */
  readonly columns: readonly number[];
  /** Their places among all columns that the edit touches in an example. */
  readonly places: readonly number[];
  /** The touched columns of the key; empty where the site has none. */
  readonly keys: readonly number[];
  /** Their places among all that the edit touches. */
  readonly keyPlaces: readonly number[];
}

const FIXED = { heads: "head", neurons: "neuron", features: "feature" } as const;

/** The axis of positions, which at scores and pattern is that of the query; −1 where there is none. */
export function positionAxis(axes: readonly string[]): number {
  return axes.findIndex((axis) => axis === "position" || axis === "query");
}

/**
 * Works out what an edit touches of a site.
 *
 * @param purpose What is being done, as an error begins after "Cannot".
 * @param where What the edit says.
 * @param site The names of the site's axes with their sizes, those of columns aside.
 * @param window Where the examples lie.
 * @param mode Whether tokens are generated.
 * @throws {RangeError} If the site has no such axis, an index is outside it, or nothing at all would be touched.
 */
export function reachOf(
  purpose: string,
  where: PlacedWhere,
  site: { readonly axes: readonly string[]; readonly shape: readonly number[] },
  { window, mode }: { readonly window: Window; readonly mode: WindowMode },
): Reach {
  const { axes, shape } = site;
  const place = (name: string, ...wanted: string[]) => {
    const found = axes.findIndex((axis) => wanted.includes(axis));
    if (found >= 0) return found;
    throw new RangeError(
      `Cannot ${purpose} as the site has no ${name}: its axes are ${axes.join(", ")}`,
    );
  };
  const indices: (readonly number[] | null)[] = axes.map(() => null);
  for (const name of Object.keys(FIXED) as (keyof typeof FIXED)[]) {
    if (where[name] === undefined) continue;
    const axis = place(name, FIXED[name]);
    indices[axis] = indicesOf(where[name], { purpose, name, size: shape[axis]! });
  }
  const { positions, keys, steps, placed } = where, rows = window.rows.length;
  if (positions !== undefined || placed) place("positions", "position", "query");
  if (steps !== undefined) place("steps", "position", "query");
  if (keys !== undefined) place("keys", "key");
  const examples = where.examples === undefined
    ? Array.from({ length: rows }, (_, i) => i)
    : indicesOf(where.examples, { purpose, name: "examples", size: rows });
  if (positions !== undefined && steps !== undefined && steps !== "prompt") {
    throw new RangeError(
      `Cannot ${purpose} as positions are those of the prompt and steps those generated: give one of them`,
    );
  }
  const columns = (positions: Where["positions"], name: "positions" | "keys") => (row: number) =>
    columnsOf(
      { purpose, positions, name, ...name === "positions" ? { steps } : {} },
      window,
      row,
      mode,
    );
  const reach: Reach = {
    purpose,
    axes,
    indices,
    examples,
    columns: placed
      ? examples.map((row) => placed[row]!.map((position) => window.rows[row]!.start + position))
      : examples.map(columns(positions, "positions")),
    keys: keys === undefined ? null : examples.map(columns(keys, "keys")),
  };
  checkColumns(reach, window, mode);
  return reach;
}

/** Refuses an edit that this pass cannot show to, and no later one will come. */
function checkColumns({ purpose, columns }: Reach, { from, to }: Window, mode: WindowMode): void {
  if (columns.some((own) => columnsWithin(own, from, to).columns.length > 0)) return;
  if (mode.generates && columns.some((own) => "length" in own ? own.some((c) => c >= to) : true)) {
    return;
  }
  throw new RangeError(
    `Cannot ${purpose} as it must touch something: no column that it names is from ${from} to ${
      to - 1
    }`,
  );
}

/** How many positions an edit touches in each example; null where examples differ or the end is open. */
export function positionsTouched(columns: readonly Columns[]): number | null {
  const counts = new Set(columns.map(countOf)), [count] = counts;
  return counts.size === 1 && count !== Infinity ? count! : null;
}

/**
 * The pieces of a pass that an edit touches: examples whose touched columns are the same are one piece.
 *
 * @param reach What the edit touches.
 * @param window The columns of the pass.
 * @param mode Whether tokens are generated.
 * @param value The value of the site.
 */
export function piecesOf(
  reach: Reach,
  window: Window,
  mode: WindowMode,
  { shape, heads = null }: SiteShape,
): readonly Piece[] {
  const { axes } = reach, query = positionAxis(axes), key = axes.indexOf("key");
  const count = shape[query]!, first = window.to - count;
  const groups = new Map<string, Touched & { examples: number[] }>();
  reach.examples.forEach((_, at) => {
    for (const touched of touchedIn(reach, at, { ...window, from: first }, mode)) {
      const { columns, places, keys, keyPlaces } = touched;
      const name = [columns, places, keys, keyPlaces].join(";"), known = groups.get(name);
      if (known) known.examples.push(at);
      else groups.set(name, { ...touched, examples: [at] });
    }
  });
  return [...groups.values()].map((piece) => {
    const indices = axes.map((axis, i) => {
      if (axis === "batch") {
        return listOrAll(piece.examples.map((at) => reach.examples[at]!), shape[i]!);
      }
      if (i === query) return listOrAll(piece.columns.map((column) => column - first), count);
      if (i === key) return listOrAll(piece.keys, shape[i]!);
      const own = reach.indices[i]!;
      if (axis !== "head" || !heads || !own) return own;
      return listOrAll(own.map((head) => heads.indexOf(head)), shape[i]!);
    });
    return { ...piece, indices, shape: shape.map((size, i) => indices[i]?.length ?? size) };
  });
}

/** The columns and keys of a piece. */
type Touched = Omit<Piece, "examples" | keyof Selection>;

/** What an edit touches of one of its examples in a pass. */
function touchedIn(reach: Reach, at: number, window: Window, mode: WindowMode): readonly Touched[] {
  const row = window.rows[reach.examples[at]!]!, real = tokenColumns(row, window.to, mode);
  const all = columnsWithin(reach.columns[at]!, Math.max(window.from, real.from), real.to);
  if (all.columns.length === 0) return [];
  if (!reach.axes.includes("key")) return [{ ...all, keys: [], keyPlaces: [] }];
  // Keys that are named are the prompt's, which every query has.
  const named = reach.keys?.[at];
  const parts = named ? [{ ...all, to: real.to }] : seenKeys(all, row, real.to, mode);
  return parts.map(({ columns, places, to }) => {
    const keys = columnsWithin(named ?? real, real.from, to);
    return { columns, places, keys: keys.columns, keyPlaces: keys.places };
  });
}

/** Null for a list of all indices in their order. */
function listOrAll(list: readonly number[], size: number): readonly number[] | null {
  return list.length === size && list.every((index, i) => index === i) ? null : list;
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

/**
 * Puts the columns of several passes one after the other, as one pass would have made them: keys that an earlier pass did
 * not have are masked there.
 *
 * @param axes The names of the axes.
 * @param parts The parts, in order.
 * @param later What a masked key has: −∞ in scores, 0 in a pattern.
 */
export function joined(
  axes: readonly string[],
  parts: readonly tf.Tensor[],
  later: number,
): tf.Tensor {
  const key = axes.indexOf("key");
  if (key < 0) return tf.concat([...parts], positionAxis(axes));
  const keys = parts.at(-1)!.shape[key]!;
  const padded = parts.map((part) => {
    const none = axes.map((): [number, number] => [0, 0]);
    none[key] = [0, keys - part.shape[key]!];
    return none[key][1] === 0 ? part : part.pad(none, later);
  });
  return tf.concat(padded, positionAxis(axes));
}

/** What a key has that a query of this site does not see. */
export function maskedValue(site: string): number {
  return site.endsWith(".attn.scores") ? -Infinity : 0;
}

/** Picks the selected part of a tensor. */
export function partOf(x: tf.Tensor, { indices }: Pick<Selection, "indices">): tf.Tensor {
  return indices.reduce<tf.Tensor>(
    (part, list, axis) =>
      list === null ? part : tf.gather(part, tf.tensor1d([...list], "int32"), axis),
    x,
  );
}
