/**
 * How an operation of this folder reaches the fused kernel that a backend has for it.
 *
 * @module
 */

import * as tf from "./tfjs.ts";

/** Numbers, flags and names that a kernel needs beside its tensors. */
export type KernelAttributes = Record<string, number | boolean | string>;

/**
 * Tells whether the backend in use has a kernel of this name.
 *
 * @param name The name of the kernel.
 * @returns Whether {@linkcode runKernel} may be called with the name.
 */
export function hasKernel(name: string): boolean {
  return tf.getKernel(name, tf.getBackend()) !== undefined;
}

/**
 * Runs a kernel by name, recorded on the gradient tape like any operation of tfjs.
 *
 * @param name The name of the kernel.
 * @param inputs The tensors it reads, by the names that its gradient uses.
 * @param attributes What it needs beside them.
 * @returns What the kernel computed.
 */
export function runKernel(
  name: string,
  inputs: Record<string, tf.Tensor>,
  attributes: KernelAttributes = {},
): tf.Tensor {
  return tf.engine().runKernel(name, inputs, attributes) as tf.Tensor;
}
