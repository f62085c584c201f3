/**
 * Compares the native backend with tfjs' own cpu backend.
 *
 * @module
 */

import { tf } from "../../../lib/tensor/mod.ts";
import { assertEquals } from "../../assert.ts";
import "../on_backends.ts";
import { assertClose, normals, tensor } from "../plain.ts";

/** Shapes of rank 0 to 5, some odd, some empty. */
export const shapes: readonly number[][] = [
  [],
  [1],
  [7],
  [3, 5],
  [5, 0],
  [2, 1, 4],
  [1, 3, 1, 5],
  [2, 3, 1, 2, 2],
  [40, 33],
  [2, 33, 35],
];

/** What a function of random inputs gives on one backend: its results, then gradients of their sum. */
async function outcome(
  backend: string,
  of: (...inputs: tf.Tensor[]) => tf.Tensor | tf.Tensor[],
  inputShapes: readonly (readonly number[])[],
  gradients: boolean,
): Promise<{ shape: number[]; dtype: string; values: ArrayLike<number> }[]> {
  await tf.setBackend(backend);
  tf.engine().startScope();
  try {
    const inputs = inputShapes.map((shape, i) => tensor(normals(i + 1, ...shape)));
    const results = [of(...inputs)].flat();
    const slopes = gradients
      ? tf.grads((...all) => {
        const parts = [of(...all)].flat();
        return tf.addN(parts.map((part, i) => part.mul(part).mul(i + 0.5).sum()));
      })(inputs)
      : [];
    // A copy: arrays of this backend may be read only while their tensor lives.
    return [...results, ...slopes].map((result) => ({
      shape: result.shape,
      dtype: result.dtype,
      values: Float64Array.from(result.dataSync()),
    }));
  } finally {
    tf.engine().endScope();
  }
}

/** Asserts that results, and gradients unless told otherwise, are those of the cpu backend. */
export async function assertLikeCpu(
  of: (...inputs: tf.Tensor[]) => tf.Tensor | tf.Tensor[],
  inputShapes: readonly (readonly number[])[],
  options: { gradients?: boolean; tolerance?: number } = {},
): Promise<void> {
  const { gradients = true, tolerance = 1e-5 } = options;
  const expected = await outcome("cpu", of, inputShapes, gradients);
  const actual = await outcome("native", of, inputShapes, gradients);
  assertEquals(actual.length, expected.length);
  actual.forEach((result, i) => {
    assertEquals(result.shape, expected[i]!.shape);
    assertEquals(result.dtype, expected[i]!.dtype);
    assertClose(result.values, expected[i]!.values, tolerance);
  });
}
