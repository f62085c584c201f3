/**
 * Logits of many vectors, some rows at a time.
 *
 * @module
 */

import { lastScale, readLogits, type ReadLogitsOptions, type Transformer } from "../model/mod.ts";
import { inSlices, numbers, tf } from "../tensor/mod.ts";

/** How the last norm is applied in a lens: see `ReadLogitsOptions.norm`. */
export type LensNorm = "own" | "frozen" | "none";

/** How rows are read. */
export interface LensRowsOptions extends Omit<ReadLogitsOptions, "mechanisms"> {
  /** Stops the work between two rows. */
  readonly signal?: AbortSignal | undefined;
}

/** The most logits that exist at once: 16 MB, so that one product is not longer than a slice. */
const mostNumbers = 2 ** 22;

/** How many rows are read at once. */
export function rowsAtOnce({ architecture: { vocabulary } }: Transformer): number {
  return Math.max(1, Math.floor(mostNumbers / vocabulary));
}

/**
 * Reads logits off vectors, a few rows at a time, and hands each row over; between rows other tasks have their turn.
 *
 * @param model The model.
 * @param vectors The vectors, `[row, width]`; they stay the caller's.
 * @param options How they are read; `scale` is `[row, 1]`.
 * @param visit Takes the number of a row and its logits `[vocabulary]`, which it must not keep.
 * @throws The signal's reason, if it is raised.
 */
export async function eachRow(
  model: Transformer,
  vectors: tf.Tensor2D,
  { signal, ...options }: LensRowsOptions,
  visit: (row: number, logits: Float32Array) => void,
): Promise<void> {
  const [rows] = vectors.shape, step = rowsAtOnce(model);
  for (let from = 0; from < rows; from += step) {
    const count = Math.min(step, rows - from);
    const logits = await someRows(model, vectors, { ...options, from, count });
    const vocabulary = logits.length / count;
    await inSlices(
      (function* () {
        for (let row = 0; row < count; row++, yield) {
          visit(from + row, logits.subarray(row * vocabulary, (row + 1) * vocabulary));
        }
      })(),
      signal,
    );
  }
}

/** Reads the logits of some rows, `[row, vocabulary]`. */
export async function someRows(
  model: Transformer,
  vectors: tf.Tensor2D,
  { from, count, scale, ...options }: Omit<LensRowsOptions, "signal"> & {
    readonly from: number;
    readonly count: number;
  },
): Promise<Float32Array> {
  const part = (x: tf.Tensor, width: number) =>
    count === x.shape[0] ? x : tf.slice(x, [from, 0], [count, width]);
  const { logits } = await numbers(() => ({
    logits: readLogits(model.weights, part(vectors, vectors.shape[1]), {
      ...options,
      ...scale ? { scale: part(scale, 1) } : {},
    }),
  }));
  return logits;
}

/** Vectors as rows, and what a frozen norm divides them by. */
export function scaleOf(
  model: Transformer,
  norm: LensNorm,
  last: tf.Tensor,
): { readonly scale?: tf.Tensor } {
  return norm === "frozen" ? { scale: lastScale(model.weights, last) } : {};
}
