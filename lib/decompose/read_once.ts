/**
 * Numbers of a computation whose tensors nobody needs any more.
 *
 * @module
 */

import { readNumbers, tf } from "../tensor/mod.ts";

/**
 * Makes a tensor, reads it at once in double precision, and frees all that was made on the way.
 *
 * @param make Makes the tensor.
 * @returns Its numbers, row by row.
 */
export function readOnce(make: () => tf.Tensor): Float64Array<ArrayBuffer> {
  const tensor = tf.tidy(() => make().clone());
  try {
    return readNumbers(tensor);
  } finally {
    tensor.dispose();
  }
}
