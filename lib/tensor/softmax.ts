/**
 * Scores into probabilities.
 *
 * @module
 */

import * as tf from "./tfjs.ts";
import { hasKernel, runKernel } from "./kernel.ts";

/**
 * Turns scores into probabilities along the last axis.
 *
 * @param x The scores, of any shape; the greatest of a row is taken off first.
 * @returns The probabilities; a score of -Infinity gives exactly 0, a row of nothing else NaN.
 *
 * @example Usage
 * ```ts
 * import { softmax, tf } from "@innerworks/innerworks";
 *
 * softmax(tf.tensor1d([3, -Infinity, 3])).print(); // [0.5, 0, 0.5]
 * ```
 */
export function softmax(x: tf.Tensor): tf.Tensor {
  return tf.softmax(x);
}

/**
 * Turns scores into the logarithms of probabilities along the last axis, without forming the
 * probabilities, so that small ones keep their digits.
 *
 * @param x The scores, of any shape; the greatest of a row is taken off first.
 * @returns The logarithms; a score of -Infinity stays so.
 *
 * @example Usage
 * ```ts
 * import { logSoftmax, tf } from "@innerworks/innerworks";
 *
 * logSoftmax(tf.tensor1d([0, -200])).print(); // [0, -200]
 * ```
 */
export function logSoftmax(x: tf.Tensor): tf.Tensor {
  if (hasKernel("LogSoftmax")) return runKernel("LogSoftmax", { logits: x });
  return tf.tidy(() => {
    // The greatest is only a shift, so no gradient runs through it.
    const top = x.max(-1, true);
    const shifted = x.sub(
      tf.customGrad((...inputs) => ({
        value: (inputs[0] as tf.Tensor).clone(),
        gradFunc: (dy: tf.Tensor) => tf.zerosLike(dy),
      }))(top),
    );
    return shifted.sub(shifted.exp().sum(-1, true).log());
  });
}
