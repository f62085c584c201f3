/**
 * Products with the whole vocabulary, a few rows at a time.
 *
 * @module
 */

import { tf } from "../tensor/mod.ts";

/** The numbers of one chunk: few enough for a product to take no longer than a slice. */
const CHUNK = 2 ** 21;

/**
 * Multiplies rows with something as wide as the vocabulary and looks at each product in turn, so that no more than a few of
 * them are held at once.
 *
 * @param rows The rows, `[row, width]`; they stay the caller's.
 * @param width How many numbers come out for each row.
 * @param work What makes `[row, vocabulary]` of some rows, and what looks at one row of these; the numbers are those of a
 * tensor that is freed afterwards.
 */
export function* productRows(
  rows: tf.Tensor,
  width: number,
  work: {
    readonly project: (rows: tf.Tensor) => tf.Tensor;
    readonly look: (values: Float32Array, row: number) => void;
  },
): Generator<void, void> {
  const [count, inner] = rows.shape as [number, number];
  const step = Math.max(1, Math.floor(CHUNK / width));
  for (let from = 0; from < count; from += step) {
    const size = Math.min(step, count - from);
    const made = tf.tidy(() => work.project(tf.slice(rows, [from, 0], [size, inner])));
    const values = made.dataSync<"float32">();
    for (let row = 0; row < size; row++) {
      work.look(values.subarray(row * width, (row + 1) * width), from + row);
    }
    made.dispose();
    yield;
  }
}
