/**
 * One log-probability of each row.
 *
 * @module
 */

import * as tf from "./tfjs.ts";
import { hasKernel, runKernel } from "./kernel.ts";
import { logSoftmax } from "./softmax.ts";

/**
 * Turns scores into the logarithms of probabilities and picks one of each row, without forming those of the others where the backend
 * has a kernel for it.
 *
 * @param x The scores, `[row, vocabulary]`.
 * @param ids Which of each row is picked.
 * @returns The logarithms, `[row]`.
 *
 * @example Usage
 * ```ts
 * import { pickLogSoftmax, tf } from "@innerworks/innerworks";
 *
 * pickLogSoftmax(tf.tensor2d([[0, -200], [3, 3]]), [1, 0]).print(); // [-200, -0.6931472]
 * ```
 */
export function pickLogSoftmax(x: tf.Tensor2D, ids: readonly number[]): tf.Tensor1D {
  const [rows, width] = x.shape;
  return tf.tidy(() => {
    if (hasKernel("PickLogSoftmax")) {
      const picked = tf.tensor1d([...ids], "int32");
      return runKernel("PickLogSoftmax", { logits: x, ids: picked }) as tf.Tensor1D;
    }
    const places = tf.tensor1d(ids.map((id, row) => row * width + id), "int32");
    return tf.gather(logSoftmax(x).reshape([rows * width]), places) as tf.Tensor1D;
  });
}
