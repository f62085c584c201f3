/**
 * Tensors that outlive the scope that they are made in, inside plain objects of any type.
 *
 * @module
 */

import { tf } from "../tensor/mod.ts";

/**
 * Makes something that holds tensors, freeing all others that were made on the way; what it holds is the caller's to free.
 *
 * @param make Makes it, out of plain objects and lists.
 */
export function keptFrom<T extends object>(make: () => T): T {
  return tf.tidy(make as unknown as () => tf.TensorContainer) as unknown as T;
}
