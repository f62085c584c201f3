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

/** Puts NaN wherever a column holds no token of an example; `[batch, position, ...]`. */
export function withoutPadding(x: tf.Tensor3D, window: Window): tf.Tensor3D {
  if (isUnpadded(window, { generates: false })) return x.clone();
  const { rows, from, to } = window, columns = to - from;
  const values = new Float32Array(rows.length * columns);
  rows.forEach(({ start, length }, row) => {
    for (let column = 0; column < columns; column++) {
      const inside = from + column >= start && from + column < start + length;
      values[row * columns + column] = inside ? 0 : NaN;
    }
  });
  return tf.tidy(() => x.add(tf.tensor3d(values, [rows.length, columns, 1])));
}
