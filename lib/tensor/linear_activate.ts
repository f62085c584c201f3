/**
 * The affine map of a layer and what neurons apply to it, in one call.
 *
 * @module
 */

import * as tf from "./tfjs.ts";
import { activate, type ActivationName, activationNames } from "./activate.ts";
import { hasKernel, runKernel } from "./kernel.ts";
import { linear, type LinearOptions } from "./linear.ts";

/** Options for {@linkcode linearActivate}. */
export interface LinearActivateOptions extends LinearOptions {
  /** What is applied. */
  readonly activation: ActivationName;
}

/**
 * Multiplies the last axis by a weight, adds a bias and applies a function: `activate(linear(x, weight, bias), activation)`, to the
 * bit. On the native backend what the function is applied to is not kept; where a gradient is recorded it is, as it is needed then.
 *
 * @param x The input `[..., in]`.
 * @param weight The weight `[in, out]`, or `[out, in]` when `transposed`.
 * @param bias The bias `[out]`, or null for none.
 * @param options How the weight is stored, and what is applied.
 * @returns The output `[..., out]`.
 * @throws {TypeError} If the sizes do not fit.
 * @throws {RangeError} If there is no function of that name.
 *
 * @example
 * ```ts
 * import { linearActivate, tf } from "@innerworks/innerworks";
 *
 * const weight = tf.tensor2d([[1, -2]]), bias = tf.tensor1d([0, 1]);
 * linearActivate(tf.tensor1d([1]), weight, bias, { activation: "relu" }).print(); // [1, 0]
 * ```
 */
export function linearActivate(
  x: tf.Tensor,
  weight: tf.Tensor2D,
  bias: tf.Tensor1D | null,
  options: LinearActivateOptions,
): tf.Tensor {
  const { activation, transposed = false } = options;
  const recording = tf.engine().state.gradientDepth > 0;
  const fits = x.rank > 0 && weight.rank === 2 &&
    x.shape.at(-1) === weight.shape[transposed ? 1 : 0] &&
    (bias === null || bias.shape[0] === weight.shape[transposed ? 0 : 1]);
  // What does not fit is refused by the parts.
  const known = activation !== "identity" && activationNames.includes(activation);
  if (recording || !fits || !known || !hasKernel("LinearActivate")) {
    return tf.tidy(() => activate(linear(x, weight, bias, { transposed }), activation));
  }
  // Written out where it is used, so that it has a type that checks under other settings than ours too.
  return runKernel("LinearActivate", bias ? { x, weight, bias } : { x, weight }, {
    transposed,
    name: activation,
  });
}
