/**
 * The kernel that copies numbers, and its gradient.
 *
 * @module
 */

import * as tf from "../tfjs.ts";
import { type Call, kernel, type Kernels } from "./kernels.ts";

function run({ inputs: { x }, backend }: Call<"x">): tf.TensorInfo {
  const values = backend.floats(x), out = backend.allocate(values.length);
  out.set(values);
  return backend.output(x.shape, out);
}

/**
 * Lists the kernels of this file.
 *
 * @returns The kernels by name.
 */
export function copyKernels(): Kernels {
  return { Copy: kernel(run) };
}

/** Registers the gradient of this file. */
export function registerCopyGradient(): void {
  tf.registerGradient({
    kernelName: "Copy",
    gradFunc: (dy) => ({ x: () => (dy as tf.Tensor).clone() }),
  });
}
