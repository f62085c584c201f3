/**
 * A value without its history.
 *
 * @module
 */

import * as tf from "./tfjs.ts";

/**
 * Makes a tensor of the same values through which no gradient runs: what comes of it treats it as a constant.
 *
 * @param x The tensor.
 * @returns The constant, of the same shape.
 *
 * @example Usage
 * ```ts
 * import { detach, tf } from "@innerworks/innerworks";
 *
 * tf.grad((x) => x.mul(detach(x)))(tf.scalar(3)).print(); // 3, not 6
 * ```
 */
export function detach(x: tf.Tensor): tf.Tensor {
  const { state } = tf.engine();
  const depth = state.gradientDepth;
  // At depth 0 nothing is recorded.
  state.gradientDepth = 0;
  try {
    return x.clone();
  } finally {
    state.gradientDepth = depth;
  }
}
