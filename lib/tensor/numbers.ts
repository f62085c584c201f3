/**
 * The one door from tensors to numbers.
 *
 * @module
 */

import * as tf from "./tfjs.ts";

/**
 * Runs a computation and reads what it returns off the device. Everything the computation made is
 * freed; a tensor that existed before stays, and the numbers are a copy that nobody else holds.
 *
 * @param compute Builds the tensors to read, without awaiting anything.
 * @returns The values of each tensor, row by row.
 * @throws {TypeError} If `compute` returns a promise.
 *
 * @example Usage
 * ```ts
 * import { numbers, tf } from "@innerworks/innerworks";
 *
 * const { squares } = await numbers(() => ({ squares: tf.tensor1d([1, 2, 3]).square() }));
 * console.log(squares); // Float32Array(3) [ 1, 4, 9 ]
 * ```
 */
export async function numbers<Name extends string>(
  compute: () => Record<Name, tf.Tensor>,
): Promise<Record<Name, Float32Array>> {
  const clones = tf.tidy(() => {
    const made = compute();
    if ((made as unknown) instanceof Promise) {
      throw new TypeError(
        "Cannot read numbers as compute must not be async: it returned a promise",
      );
    }
    // A clone shares its values, so freeing it leaves a tensor alone that the caller still holds.
    return Object.fromEntries(
      Object.entries<tf.Tensor>(made).map(([name, tensor]) => [name, tensor.clone()]),
    );
  });
  try {
    const entries = await Promise.all(
      Object.entries(clones).map(async ([name, tensor]) =>
        [name, Float32Array.from(await tensor.data())] as const
      ),
    );
    return Object.fromEntries(entries) as Record<Name, Float32Array>;
  } finally {
    tf.dispose(clones);
  }
}
