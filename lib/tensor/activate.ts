/**
 * The functions that neurons apply.
 *
 * @module
 */

import * as tf from "./tfjs.ts";
import { hasKernel, runKernel } from "./kernel.ts";

/**
 * The functions by name. `gelu` is the exact form with erf, `gelu_tanh` its approximation by tanh,
 * `quick_gelu` the one by a sigmoid of 1.702 x, `silu` also known as swish.
 */
export const activationNames = [
  "identity",
  "gelu",
  "gelu_tanh",
  "quick_gelu",
  "relu",
  "relu_squared",
  "silu",
  "sigmoid",
  "tanh",
] as const;

/** The name of a function that neurons apply. */
export type ActivationName = typeof activationNames[number];

/**
 * Applies an activation function to each number.
 *
 * @param x The input, of any shape.
 * @param name Which function.
 * @returns The output, shaped like the input.
 * @throws {RangeError} If there is no function of that name.
 *
 * @example Usage
 * ```ts
 * import { activate, tf } from "@innerworks/innerworks";
 *
 * activate(tf.tensor1d([-1, 0, 2]), "relu").print(); // [0, 0, 2]
 * ```
 */
export function activate(x: tf.Tensor, name: ActivationName): tf.Tensor {
  if (!Object.hasOwn(composites, name)) {
    throw new RangeError(
      `Cannot activate as the function must be one of ${
        activationNames.join(", ")
      }: current value is "${name}"`,
    );
  }
  if (name === "identity") return x.clone();
  if (hasKernel("Activate")) return runKernel("Activate", { x }, { name });
  return composeActivation(x, name);
}

/**
 * Applies an activation function by operations that have every derivative.
 *
 * @param x The input, of any shape.
 * @param name Which function.
 * @returns The output, shaped like the input.
 */
export function composeActivation(x: tf.Tensor, name: ActivationName): tf.Tensor {
  return tf.tidy(() => composites[name](x));
}

/** Each function in operations of tfjs, for backends without a kernel of their own. */
const composites: Record<ActivationName, (x: tf.Tensor) => tf.Tensor> = {
  identity: (x) => x,
  gelu: (x) => x.mul(x.mul(Math.SQRT1_2).erf().add(1)).mul(0.5),
  // 0.5 (1 + tanh y) is the sigmoid of 2 y
  gelu_tanh: (x) =>
    x.mul(x.add(x.square().mul(x).mul(0.044715)).mul(2 * Math.sqrt(2 / Math.PI)).sigmoid()),
  quick_gelu: (x) => x.mul(x.mul(1.702).sigmoid()),
  relu: (x) => x.relu(),
  relu_squared: (x) => x.relu().square(),
  silu: (x) => x.mul(x.sigmoid()),
  sigmoid: (x) => x.sigmoid(),
  tanh: (x) => x.tanh(),
};
