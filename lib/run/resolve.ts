/**
 * From what an edit says by numbers, ranges and names to indices.
 *
 * @module
 */

import { changedLetters } from "../show/mod.ts";
import type { Positions, Range, Steps } from "./edit.ts";
import type { Window, WindowMode } from "./window.ts";

/** Some columns: a list of them, or a stretch whose end may be open as long as tokens are generated. */
export type Columns = readonly number[] | { readonly from: number; readonly to: number };

/** The things of which some are wanted. */
export interface Wanted {
  /** What is being done, as an error begins after "Cannot". */
  readonly purpose: string;
  /** What the things are: heads, positions. */
  readonly name: string;
  /** How many there are. */
  readonly size: number;
  /** Of which example they are, where examples differ, as an error ends. */
  readonly of?: string;
}

/**
 * The indices that a number, a list or a range stands for; negative ones count from the end.
 *
 * @throws {RangeError} If one is outside, stands there twice, or there is none.
 * @throws {TypeError} If it is something else.
 */
export function indicesOf(wanted: unknown, { purpose, name, size, of = "" }: Wanted): number[] {
  const list = listed(wanted, { purpose, name, size, of });
  if (list.length === 0) {
    throw new RangeError(`Cannot ${purpose} as it must touch something: its ${name} are none${of}`);
  }
  const found = list.map((index) => {
    const at = index < 0 ? size + index : index;
    if (!Number.isInteger(at) || at < 0 || at >= size) {
      throw new RangeError(
        `Cannot ${purpose} as ${name} must be from ${-size} to ${
          size - 1
        }${of}: current value is ${index}`,
      );
    }
    return at;
  });
  const twice = found.length < 2 || new Set(found).size === found.length
    ? undefined
    : found.find((at, i) => found.indexOf(at) !== i);
  if (twice !== undefined) {
    throw new RangeError(
      `Cannot ${purpose} as its ${name} must differ: ${twice} stands there twice${of}`,
    );
  }
  return found;
}

/** The indices that were asked for, not yet held against the size. */
function listed(wanted: unknown, { purpose, name, size, of = "" }: Wanted): readonly number[] {
  if (typeof wanted === "number") return [wanted];
  if (typeof wanted === "object" && wanted !== null) {
    if (isListOfNumbers(wanted)) return Array.from(wanted);
    if (
      !("length" in wanted) && Object.keys(wanted).every((key) => key === "from" || key === "to")
    ) {
      return range(wanted, { purpose, name, size, of });
    }
  }
  throw new TypeError(
    `Cannot ${purpose} as ${name} must be a number, a list of them${
      ["positions", "keys"].includes(name) ? ", the name of a span" : ""
    } or { from, to }: current value is ${JSON.stringify(wanted)}`,
  );
}

/** Whether a value is a list of nothing but numbers. */
export function isListOfNumbers(value: object): value is ArrayLike<number> {
  if (!Array.isArray(value) && !ArrayBuffer.isView(value)) return false;
  return Array.from(value as ArrayLike<unknown>).every((one) => typeof one === "number");
}

/** A range that reaches past the end is refused, not cut, and before anything of its length is made. */
function range({ from = 0, to }: Range, { purpose, name, size, of = "" }: Wanted): number[] {
  for (const end of [from, to ?? size]) {
    if (Number.isInteger(end) && end >= -size && end <= size) continue;
    throw new RangeError(
      `Cannot ${purpose} as a range of ${name} must lie from ${-size} to ${size}${of}: current value is ${end}`,
    );
  }
  const start = from < 0 ? size + from : from;
  const end = to === undefined ? size : to < 0 ? size + to : to;
  return Array.from({ length: Math.max(0, end - start) }, (_, i) => start + i);
}

/** What is asked of an example's columns. */
export interface WantedColumns {
  /** What is being done, as an error begins after "Cannot". */
  readonly purpose: string;
  /** The positions in the prompt, where only some are meant. */
  readonly positions?: Positions | undefined;
  /** What the positions are called. */
  readonly name: "positions" | "keys";
  /** Whether prompt or generated tokens are meant, where only some are. */
  readonly steps?: Steps | undefined;
  /** The run whose spans are meant, where it is another one. */
  readonly run?: string | undefined;
}

/**
 * The columns of an example that positions and steps stand for.
 *
 * @param wanted What is asked.
 * @param window Where the examples lie.
 * @param example The example.
 * @param mode Whether tokens are generated.
 * @throws {RangeError} If the prompt has no such position, or there is no such span.
 */
export function columnsOf(
  wanted: WantedColumns,
  window: Window,
  example: number,
  mode: WindowMode,
): Columns {
  const { purpose, positions, name, steps } = wanted, { start, length } = window.rows[example]!;
  const of = window.rows.every((row) => row.length === length) ? "" : ` in example ${example}`;
  if (positions !== undefined) {
    const own = typeof positions === "string"
      ? spanOf(positions, window, example, wanted)
      : positions;
    return indicesOf(own, { purpose, name, size: length, of }).map((at) => start + at);
  }
  if (steps === undefined) {
    return { from: start, to: mode.generates ? Infinity : start + length };
  }
  if (steps === "prompt") return { from: start, to: start + length };
  if (!mode.generates) {
    throw new RangeError(
      `Cannot ${purpose} as a run without generation has no generated tokens: its steps are ${
        JSON.stringify(steps)
      }`,
    );
  }
  refuseLateSteps(steps, mode, purpose);
  return generatedColumns(steps, start + length, purpose);
}

/** Refuses generated tokens that will never come. */
function refuseLateSteps(steps: Steps, { tokens = Infinity }: WindowMode, purpose: string): void {
  if (typeof steps === "string") return;
  const named = typeof steps === "number" ? [steps] : "length" in steps
    ? Array.from(steps)
    // The end of a range is not part of it.
    : [(steps as Range).from ?? 0, ((steps as Range).to ?? 1) - 1];
  const late = named.find((step) => step !== Infinity && step >= tokens);
  if (late === undefined) return;
  throw new RangeError(
    `Cannot ${purpose} as steps must be below ${tokens}, the number of tokens that are generated at most: step ${late} never comes`,
  );
}

function generatedColumns(steps: Steps, first: number, purpose: string): Columns {
  if (steps === "generated") return { from: first, to: Infinity };
  if (typeof steps === "object" && !("length" in steps)) {
    const { from = 0, to = Infinity } = steps;
    return { from: first + from, to: first + to };
  }
  const list = typeof steps === "number" ? [steps] : Array.from(steps as readonly number[]);
  // How many will be generated nobody knows, so that none is counted from the end.
  const wrong = list.find((step) => !Number.isInteger(step) || step < 0);
  if (wrong !== undefined) {
    throw new RangeError(`Cannot ${purpose} as steps must be from 0 on: current value is ${wrong}`);
  }
  return indicesOf(list, { purpose, name: "steps", size: Infinity }).map((step) => first + step);
}

/** All spans there are, where the nearest one is not the only one. */
function otherSpans(known: readonly string[]): string {
  return known.length === 1
    ? ""
    : `; there are ${known.map((own) => JSON.stringify(own)).join(", ")}`;
}

/** The positions of a span in an example. */
function spanOf(
  span: string,
  { spans = {} }: Window,
  example: number,
  { purpose, name, run }: WantedColumns,
): readonly number[] {
  if (!Object.hasOwn(spans, span)) {
    const known = Object.keys(spans);
    const nearest = known.toSorted((a, b) => changedLetters(span, a) - changedLetters(span, b))[0];
    throw new RangeError(
      `Cannot ${purpose} as ${name} must be numbers or the name of a span: ${
        JSON.stringify(span)
      } is none${run === undefined || nearest === undefined ? "" : ` of ${run}`}, ${
        nearest === undefined
          ? `as ${run ?? "the run"} names no spans`
          : `perhaps ${JSON.stringify(nearest)} is meant${otherSpans(known)}`
      }`,
    );
  }
  const found = spans[span]![example]!;
  if (found.length > 0) return found;
  throw new RangeError(
    `Cannot ${purpose} as span ${
      JSON.stringify(span)
    } must have a position in each touched example: it has none in example ${example}`,
  );
}

/** How many columns there are; infinitely many where the end is open. */
export function countOf(columns: Columns): number {
  return "length" in columns ? columns.length : columns.to - columns.from;
}

/** The columns of a list or stretch that lie in a pass, with the place of each among all of them. */
export function columnsWithin(
  columns: Columns,
  from: number,
  to: number,
): { readonly columns: readonly number[]; readonly places: readonly number[] } {
  if (!("length" in columns)) {
    const first = Math.max(columns.from, from), end = Math.min(columns.to, to);
    const found = Array.from({ length: Math.max(0, end - first) }, (_, i) => first + i);
    return { columns: found, places: found.map((column) => column - columns.from) };
  }
  const places = columns.map((_, i) => i).filter((i) => columns[i]! >= from && columns[i]! < to);
  return { columns: places.map((i) => columns[i]!), places };
}
