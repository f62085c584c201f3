/**
 * How prompts lie side by side in one batch.
 *
 * @module
 */

import type { Pass, PromptTokens } from "../model/mod.ts";
import { tf } from "../tensor/mod.ts";
import { isUnpadded, type Window } from "./window.ts";

/** The side on which shorter prompts are filled up. */
export type Padding = "left" | "right";

/** Prompts side by side: what a pass reads, and where each prompt's tokens lie. */
export interface Layout {
  /** The ids, and the columns where rows start. */
  readonly pass: Pick<Pass, "ids" | "starts">;
  /** Where each prompt's tokens lie. */
  readonly window: Window;
}

/**
 * Lays prompts side by side, shorter ones padded.
 *
 * @param prompts The prompts.
 * @param padding The side on which shorter ones are filled up.
 * @throws {RangeError} If there is no such side.
 */
export function layOut(prompts: readonly PromptTokens[], padding: Padding = "right"): Layout {
  if (padding !== "left" && padding !== "right") {
    throw new RangeError(
      `Cannot pad prompts as padding must be "left" or "right": current value is ${
        JSON.stringify(padding)
      }`,
    );
  }
  const columns = Math.max(...prompts.map(({ ids }) => ids.length));
  const rows = prompts.map(({ ids: { length } }) => ({
    start: padding === "left" ? columns - length : 0,
    length,
  }));
  const ids = prompts.map(({ ids }, i) => {
    const padded = new Array<number>(columns).fill(0);
    ids.forEach((id, place) => padded[rows[i]!.start + place] = id);
    return padded;
  });
  const starts = rows.map(({ start }) => start);
  return {
    pass: starts.some((start) => start > 0) ? { ids, starts } : { ids },
    window: { rows, from: 0, to: columns },
  };
}

/**
 * Puts NaN wherever a column holds no token of its example.
 *
 * @param x The values.
 * @param axes The names of their axes.
 * @param window Where the tokens of each example lie.
 * @returns A tensor of its own, of the same shape.
 */
export function withoutPadding<T extends tf.Tensor>(
  x: T,
  axes: readonly string[],
  window: Window,
): T {
  if (isUnpadded(window, { generates: false })) return x.clone() as T;
  const { rows, from, to } = window;
  const holds = (row: number, column: number) => {
    const { start, length } = rows[row]!;
    return column >= start && column < start + length;
  };
  const marks = (first: number) =>
    Float32Array.from({ length: rows.length * (to - first) }, (_, place) => {
      const row = Math.floor(place / (to - first));
      return holds(row, first + place % (to - first)) ? 0 : NaN;
    });
  return tf.tidy(() => {
    let marked: tf.Tensor = x;
    for (const [axis, first] of [["position", from], ["query", from], ["key", 0]] as const) {
      const place = axes.indexOf(axis);
      // A pass that reads only some columns has fewer positions; those that it reads hold tokens.
      if (place < 0 || x.shape[place] !== to - first) continue;
      const shape = axes.map((name, i) => name === "batch" || i === place ? x.shape[i]! : 1);
      marked = marked.add(tf.tensor(marks(first), shape));
    }
    return (marked === x ? x.clone() : marked) as T;
  });
}
