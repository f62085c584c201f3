/**
 * How large an output may be, and what a drawing does that would be larger.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import type { Drawing } from "./display.ts";
import { givenValue } from "./given_value.ts";

/** The bytes that an output has unless something else is said: fifty of them leave a notebook that opens. */
const usual = 1_500_000;
/** How many parts are drawn first, to tell how large all would be. */
const sampled = 256;

let limit = usual;

/** How a drawing is drawn again in fewer bytes. */
const smaller = new WeakMap<object, (bytes: number) => Drawing>();

/**
 * Says how many bytes each output may have from now on, all its kinds together: pages, pictures and text.
 *
 * What would be larger is drawn with less, and says with how much less above its picture and in its text: the first rows of a
 * table, the first tokens of a text, the strongest edges of a graph, cells put together, fewer levels of colour. Several values
 * that are drawn as one share the bytes; the small ones keep all that they need. Nothing is left out of the files: `.csv` and
 * `.json` of `save` hold all numbers whatever is drawn.
 *
 * @param bytes The most bytes, at least 100,000, for scripts alone take some 25,000; `Infinity` for no limit. @default {1500000}
 * @throws {RangeError} If it is less, or no number.
 *
 * @example
 * ```ts
 * import { showWithin, table } from "@innerworks/innerworks";
 * const rows = Array.from({ length: 20_000 }, (_, i) => [i, i ** 2]);
 * const squares = () => table({ title: "Squares", columns: [{ name: "x" }, { name: "y" }], rows });
 * if (!squares()["text/plain"].includes(" of 20,000 rows")) throw new Error("not said");
 * showWithin(20_000_000);
 * if (squares()["text/plain"].includes(" of 20,000 rows")) throw new Error("not all");
 * showWithin();
 * ```
 */
export function showWithin(bytes: number = usual): void {
  if (!(bytes >= 100_000)) {
    throw new RangeError(
      `Cannot show within a number of bytes as it must be at least 100,000: current value is ${
        givenValue(bytes)
      }`,
    );
  }
  limit = bytes;
}

/** How many bytes an output may have now. */
export const outputRoom = (): number => limit;

/**
 * Counts the bytes of a drawing.
 *
 * @param drawing Its kinds.
 * @returns Their bytes together, as a notebook stores them but for what its JSON escapes.
 */
export function bytesOf(drawing: object): number {
  return Object.values(drawing).reduce(
    (sum: number, kind: unknown) =>
      sum + Buffer.byteLength(typeof kind === "string" ? kind : JSON.stringify(kind) ?? ""),
    0,
  );
}

/** A drawing of parts that can be drawn with fewer of them. */
export interface FewerParts<T> {
  /** How many there are. */
  readonly count: number;
  /** Draws so many, and says so if that is not all. */
  readonly draw: (shown: number) => T;
}

/**
 * Draws as many parts as an output has room for: all, in nearly every case.
 *
 * @param parts How many there are, and what draws some.
 * @param bytes The room.
 * @returns The drawing.
 */
export function drawnWithin<T extends Drawing>(
  parts: FewerParts<T>,
  bytes: number = outputRoom(),
): T {
  const drawing = mostThatFit(parts, bytes);
  return redrawn(drawing, (room) => drawnWithin(parts, room));
}

/** Remembers how a drawing is drawn again in fewer bytes. */
export function redrawn<T extends Drawing>(drawing: T, draw: (bytes: number) => Drawing): T {
  smaller.set(drawing, draw);
  return drawing;
}

/** Draws a drawing again in fewer bytes; undefined where it cannot be. */
export function drawnSmaller(drawing: object, bytes: number): Drawing | undefined {
  return smaller.get(drawing)?.(bytes);
}

function mostThatFit<T extends Drawing>({ count, draw }: FewerParts<T>, bytes: number): T {
  let shown = Math.min(count, sampled);
  let drawing = draw(shown), size = bytesOf(drawing);
  if (shown < count) {
    const half = shown >> 1, each = (size - bytesOf(draw(half))) / (shown - half);
    shown = Math.max(1, Math.min(count, Math.floor(shown + (bytes - size) / Math.max(1, each))));
    size = bytesOf(drawing = draw(shown));
    // Few parts may take more room each than many do.
    if (shown < count && size < bytes * 0.85) {
      shown = Math.min(count, Math.floor(shown * 0.97 * bytes / size));
      size = bytesOf(drawing = draw(shown));
    }
  }
  while (size > bytes && shown > 1) {
    shown = Math.max(1, Math.floor(shown * Math.min(0.97, bytes / size)));
    size = bytesOf(drawing = draw(shown));
  }
  return drawing;
}

/** A drawing that can be drawn smaller, step by step. */
export interface Shrinking<State, T> {
  /** How it is drawn whole. */
  readonly first: State;
  /** How it is drawn next where it is too large; undefined where nothing is left to do. */
  readonly next: (
    state: State,
    over: { readonly drawing: T; readonly size: number; readonly room: number },
  ) => State | undefined;
  /** Draws it; told the bytes, as it may spend them in several ways. */
  readonly draw: (state: State, room: number) => T;
}

/**
 * Draws as large as an output has room for.
 *
 * @param shrinking How it is drawn, and how smaller.
 * @param room The bytes.
 * @returns The drawing.
 */
export function shrunkWithin<State, T extends Drawing>(
  shrinking: Shrinking<State, T>,
  room: number = outputRoom(),
): T {
  const { first, next, draw } = shrinking;
  let state: State | undefined = first, drawing = draw(first, room);
  for (let size = bytesOf(drawing); size > room; size = bytesOf(drawing)) {
    state = next(state, { drawing, size, room });
    if (state === undefined) break;
    drawing = draw(state, room);
  }
  return redrawn(drawing, (bytes) => shrunkWithin(shrinking, bytes));
}

/** A whole number with its thousands apart. */
export const counted = (count: number): string => String(count).replace(/\B(?=(\d{3})+$)/g, ",");

/**
 * Says that some parts are left out of a drawing, and where they are.
 *
 * @param what What is shown, such as "the first 20 of 4,000 rows".
 * @returns One sentence.
 */
export function saidLess(what: string): string {
  return `${what[0]!.toUpperCase()}${what.slice(1)}, as an output has some ${
    limit < 1e6 ? `${Math.round(limit / 1e3)} KB` : `${Number((limit / 1e6).toPrecision(3))} MB`
  } (showWithin says how much); its .csv and .json hold all`;
}

/**
 * Says how many of some parts are shown, if not all are.
 *
 * @param shown How many.
 * @param count Of how many.
 * @param what What they are, such as "rows".
 * @returns One sentence; undefined where all are shown.
 */
export function saidFirst(shown: number, count: number, what: string): string | undefined {
  return shown < count
    ? saidLess(`the first ${counted(shown)} of ${counted(count)} ${what} are shown`)
    : undefined;
}
