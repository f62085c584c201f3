/**
 * Numbers that a model multiplies by, mostly one.
 *
 * @module
 */

import type { tf } from "../../tensor/mod.ts";

/** Multiplies by a number, unless it is one. */
export function scaled(x: tf.Tensor, by: number): tf.Tensor {
  return by === 1 ? x : x.mul(by);
}
