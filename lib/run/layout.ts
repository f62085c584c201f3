/**
 * How prompts lie side by side in one batch.
 *
 * @module
 */

import type { Pass, PromptTokens } from "../model/mod.ts";
import { tf } from "../tensor/mod.ts";
import { isUnpadded, tokenColumns, type Window, type WindowMode } from "./window.ts";

/** The side on which shorter prompts are filled up. */
export type Padding = "left" | "right";

/** Prompts side by side: what a pass reads, and where each prompt's tokens lie. */
export interface Layout {
  /** The ids, and the columns where rows start. */
  readonly pass: Pick<Pass, "ids" | "starts" | "lengths">;
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
  const starts = rows.map(({ start }) => start), lengths = rows.map(({ length }) => length);
  return {
    pass: {
      ids,
      ...starts.some((start) => start > 0) ? { starts } : {},
      ...lengths.some((length) => length !== columns) ? { lengths } : {},
    },
    window: { rows, from: 0, to: columns },
  };
}

/**
 * Puts NaN wherever a column holds no token of its example.
 *
 * @param x The values.
 * @param axes The names of their axes.
 * @param window Where the tokens of each example lie.
 * @param mode Whether what follows a prompt is generated, and no padding.
 * @returns A tensor of its own, of the same shape.
 */
export function withoutPadding<T extends tf.Tensor>(
  x: T,
  axes: readonly string[],
  window: Window,
  mode: WindowMode = { generates: false },
): T {
  if (isUnpadded(window, mode)) return x.clone() as T;
  const { rows, to } = window;
  const marks = (first: number) =>
    rows.flatMap((row) => {
      const token = tokenColumns(row, to, mode);
      return Array.from({ length: to - first }, (_, i) =>
        first + i >= token.from && first + i < token.to ? 0 : NaN);
    });
  return tf.tidy(() => {
    let marked: tf.Tensor = x;
    for (const axis of ["position", "query", "key"]) {
      const place = axes.indexOf(axis);
      if (place < 0) continue;
      // Where only some columns were computed, they are the last ones.
      const values = marks(to - x.shape[place]!);
      const shape = axes.map((name, i) => name === "batch" || i === place ? x.shape[i]! : 1);
      marked = marked.add(tf.tensor(values, shape));
    }
    return (marked === x ? x.clone() : marked) as T;
  });
}

/**
 * Puts 0 wherever a column holds no token of its example: for what goes into a pass, where NaN would spread.
 *
 * @param x The values, such as another run's, with NaN there.
 * @param axes The names of their axes.
 * @param window Where the tokens of each example lie.
 * @returns A tensor of its own, of the same shape.
 */
export function zeroInPadding<T extends tf.Tensor>(
  x: T,
  axes: readonly string[],
  window: Window,
): T {
  return tf.tidy(() => {
    const zeros = tf.zerosLike(x), marked = withoutPadding(zeros, axes, window);
    return tf.where(marked.equal(0), x, zeros) as T;
  });
}
