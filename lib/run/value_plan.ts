/**
 * Which numbers of another run, or of elsewhere in this one, take the place of a touched part.
 *
 * @module
 */

import type { Site } from "../model/mod.ts";
import { tf } from "../tensor/mod.ts";
import type { Where } from "./edit.ts";
import { type Columns, columnsOf, countOf, indicesOf } from "./resolve.ts";
import { type Piece, positionAxis, type Reach } from "./selection.ts";
import type { CacheValue, RunValue } from "./value_source.ts";
import { pick } from "./value.ts";
import type { Window, WindowMode } from "./window.ts";

/** What errors call a run that filled a cache, which may name other spans than the one that is edited. */
const CAPTURED = "the run that filled the cache";

/** The place that numbers are taken from. */
export interface PlanSource {
  /** The site. */
  readonly site: Site;
  /** The names of its axes. */
  readonly axes: readonly string[];
  /** Its sizes, those of batch and columns aside. */
  readonly shape: readonly number[];
  /** Where its examples lie. */
  readonly window: Window;
  /** Whether what follows its prompts is generated. */
  readonly mode: WindowMode;
}

/** What an edit touches, to be matched. */
export interface PlanTarget {
  /** What the edit touches. */
  readonly reach: Reach;
  /** What it says of that. */
  readonly where: Where;
  /** The sizes of its site's axes, those of batch and columns aside. */
  readonly shape: readonly number[];
  /** Where the examples lie. */
  readonly window: Window;
}

/** For each touched example the row, the columns and the keys that numbers are taken from. */
export interface ValuePlan {
  /** What is being done, as an error begins after "Cannot". */
  readonly purpose: string;
  /** The place that numbers are taken from. */
  readonly source: PlanSource;
  /** The names of the target's axes. */
  readonly axes: readonly string[];
  /** The indices to take of the axes that are the same in each pass; null for all. */
  readonly indices: readonly (readonly number[] | null)[];
  /** The row of each touched example. */
  readonly rows: readonly number[];
  /** The columns of each touched example. */
  readonly columns: readonly Columns[];
  /** The columns of the key of each touched example; null where the site has none. */
  readonly keys: readonly Columns[] | null;
}

/**
 * Works out which numbers of a source take the place of what an edit touches.
 *
 * @param value What the edit says of the source.
 * @param source The place that numbers are taken from.
 * @param target What the edit touches.
 * @throws {RangeError} If the source lacks a head, position or row, or has not as many as are touched.
 * @throws {TypeError} If the axes of the source do not fit.
 */
export function planOf(
  value: CacheValue | RunValue,
  source: PlanSource,
  target: PlanTarget,
): ValuePlan {
  const { reach, where } = target, { purpose } = reach, taking = `${purpose} from ${source.site}`;
  matchAxes(source, reach);
  const indices = source.axes.map((axis, i) => {
    const name = axis === "head" ? "heads" : axis === "neuron" ? "neurons" : null;
    if (!name) return null;
    const at = reach.axes.indexOf(axis), touched = at < 0 ? null : reach.indices[at]!;
    const size = source.shape[i]!, needed = at < 0 ? 1 : touched?.length ?? target.shape[at]!;
    if (value[name] === undefined) {
      if (at >= 0 && size === target.shape[at]) return touched;
      throw at < 0
        ? oneAlone(purpose, name, size, source.site)
        : unlike(purpose, name, size, target.shape[at]!, source.site);
    }
    const found = indicesOf(value[name], { purpose: taking, name, size });
    if (found.length === 1 || found.length === needed) return found;
    if (at < 0) throw oneAlone(purpose, name, found.length, source.site);
    throw unlike(purpose, name, found.length, needed, source.site);
  });
  for (const [name, axis] of [["heads", "head"], ["neurons", "neuron"], ["keys", "key"]] as const) {
    if (value[name] === undefined || source.axes.includes(axis)) continue;
    throw new RangeError(
      `Cannot ${taking} as the site has no ${name}: its axes are ${source.axes.join(", ")}`,
    );
  }
  const rows = rowsOf(value, source, target, taking);
  const columns = (name: "positions" | "keys") =>
    rows.map((row, at) => {
      const own = value[name] ?? where[name];
      const steps = name === "positions" && value.positions === undefined ? where.steps : undefined;
      const found = columnsOf(
        {
          purpose: taking,
          positions: own,
          name,
          steps,
          run: value.from === "cache" ? CAPTURED : undefined,
        },
        source.window,
        row,
        {
          generates: source.mode.generates,
        },
      );
      checkCount(found, at, name, { purpose, source, target, row });
      return found;
    });
  const keys = source.axes.includes("key") ? columns("keys") : null;
  return { purpose, source, axes: reach.axes, indices, rows, columns: columns("positions"), keys };
}

function unlike(purpose: string, name: string, has: number, needed: number, site: string): Error {
  return new RangeError(
    `Cannot ${purpose} as there must be as many ${name} where its value comes from, ${needed}, or one for all: ` +
      `${site} gives ${has}`,
  );
}

function oneAlone(purpose: string, name: string, has: number, site: string): Error {
  return new RangeError(
    `Cannot ${purpose} as the site has no ${name}, and its value must be that of one: ${site} gives ${has}`,
  );
}

/** Refuses a source whose axes are not those of the target; heads may be on one side alone. */
function matchAxes({ axes, site }: PlanSource, { axes: wanted, purpose }: Reach): void {
  const plain = (list: readonly string[]) => list.filter((axis) => axis !== "head").join(", ");
  if (plain(axes) === plain(wanted)) return;
  throw new TypeError(
    `Cannot ${purpose} as its value must have the same axes, heads aside: ${site} has ${
      axes.join(", ")
    } for ${wanted.join(", ")}`,
  );
}

/** The row of the source for each touched example. */
function rowsOf(
  value: CacheValue | RunValue,
  { window, site }: PlanSource,
  target: PlanTarget,
  taking: string,
): readonly number[] {
  const { examples, purpose } = target.reach, size = window.rows.length;
  if (value.examples !== undefined) {
    const found = typeof value.examples === "number" || value.examples.length === 1
      ? indicesOf(value.examples, { purpose: taking, name: "examples", size })
      // One row may serve several examples, so that here a row may stand twice.
      : Array.from(
        value.examples,
        (one) => indicesOf(one, { purpose: taking, name: "examples", size })[0]!,
      );
    if (found.length === 1) return examples.map(() => found[0]!);
    if (found.length === examples.length) return found;
    throw unlike(purpose, "examples", found.length, examples.length, site);
  }
  if (value.from === "run" || size === target.window.rows.length) return examples;
  if (size === 1) return examples.map(() => 0);
  throw unlike(purpose, "examples", size, target.window.rows.length, site);
}

interface CountCheck {
  readonly purpose: string;
  readonly source: PlanSource;
  readonly target: PlanTarget;
  readonly row: number;
}

/** Refuses a source that has not as many positions as are touched, nor one for all. */
function checkCount(
  found: Columns,
  at: number,
  name: "positions" | "keys",
  { purpose, source, target, row }: CountCheck,
): void {
  const { reach, window } = target, example = reach.examples[at]!;
  const touched = name === "positions" ? reach.columns[at]! : reach.keys?.[at];
  const has = countOf(found);
  const needed = touched ? countOf(touched) : window.rows[example]!.length;
  if (has === needed || has === 1 && "length" in found) return;
  if (has === Infinity || needed === Infinity) return;
  throw new RangeError(
    `Cannot ${purpose} as there must be as many ${name} where its value comes from, ${needed} in example ${example}, ` +
      `or one for all: ${source.site} gives ${has} of row ${row}; say which by the value's own ${name}`,
  );
}

/** A tensor of a source with the column that its first one is. */
export interface SourceTensor {
  /** The numbers, all rows. */
  readonly tensor: tf.Tensor;
  /** The column of its first position. */
  readonly first: number;
}

/**
 * The numbers that take the place of a piece, shaped so that they can be repeated to it.
 *
 * @param plan What is taken.
 * @param source The tensor of the source.
 * @param piece The piece.
 * @throws {RangeError} If the source has not yet, or no longer, the columns that are wanted.
 */
export function takenPart(plan: ValuePlan, source: SourceTensor, piece: Piece): tf.Tensor {
  const { axes } = plan.source, batch = axes.indexOf("batch"), query = positionAxis(axes);
  const key = axes.indexOf("key");
  const fixed = plan.indices.reduce<tf.Tensor>(
    (part, list, axis) => list === null ? part : pick(part, axis, list),
    source.tensor,
  );
  const takes = piece.examples.map((at) => ({
    row: plan.rows[at]!,
    columns: columnsAt(plan.columns[at]!, piece.places)
      .map((column) => column - source.first),
    keys: plan.keys ? columnsAt(plan.keys[at]!, piece.keyPlaces) : [],
  }));
  const size = fixed.shape[query]!;
  const outside = takes.flatMap(({ columns }) => columns).find((c) => c < 0 || c >= size);
  if (outside !== undefined) {
    throw new RangeError(
      `Cannot ${plan.purpose} as ${plan.source.site} must have been computed where its value comes from: ` +
        `there are columns ${source.first} to ${source.first + size - 1}, and column ${
          outside + source.first
        } is wanted`,
    );
  }
  const take = (rows: readonly number[], { columns, keys }: typeof takes[number]) => {
    const some = pick(pick(fixed, batch, rows), query, columns);
    return key < 0 ? some : pick(some, key, keys);
  };
  const alike = takes.every(({ columns, keys }) =>
    columns.join() === takes[0]!.columns.join() && keys.join() === takes[0]!.keys.join()
  );
  const part = alike
    ? take(takes.map(({ row }) => row), takes[0]!)
    : tf.concat(takes.map((one) => take([one.row], one)), batch);
  // One head where the target has none is no axis of its own.
  return axes.includes("head") && !plan.axes.includes("head")
    ? part.squeeze([axes.indexOf("head")])
    : part;
}

/** The columns at some places of all that are taken; where one was asked for it serves all places. */
function columnsAt(columns: Columns, places: readonly number[]): number[] {
  if (!("length" in columns)) return places.map((place) => columns.from + place);
  return columns.length === 1 ? [columns[0]!] : places.map((place) => columns[place]!);
}
