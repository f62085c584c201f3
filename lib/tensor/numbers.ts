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
 * @returns The values of each tensor, row by row; on the float64 backend they are held in a
 * `Float64Array`, which the type does not say.
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
        [name, copy(await tensor.data())] as const
      ),
    );
    return Object.fromEntries(entries) as Record<Name, Float32Array>;
  } finally {
    tf.dispose(clones);
  }
}

/** A copy that loses no digit. */
function copy(values: ArrayLike<number>): Float32Array {
  return values instanceof Float64Array
    ? values.slice() as unknown as Float32Array
    : Float32Array.from(values);
}

/**
 * Reads the numbers of one tensor at once, in double precision: exact on every backend, whatever it
 * stores.
 *
 * @param tensor The tensor, which is left alone.
 * @returns Its values, row by row, a copy.
 *
 * @example Usage
 * ```ts
 * import { readNumbers, tf } from "@innerworks/innerworks";
 *
 * console.log(readNumbers(tf.tensor1d([0.5, 2]))); // Float64Array(2) [ 0.5, 2 ]
 * ```
 */
export function readNumbers(tensor: tf.Tensor): Float64Array<ArrayBuffer> {
  // Not by from(), which asks an iterator for each number.
  return new Float64Array(tensor.dataSync());
}
