/**
 * What a kernel of the native backend is called with.
 *
 * @module
 */

import * as tf from "../tfjs.ts";
import type { NativeBackend } from "./backend.ts";

/** The call of a kernel with inputs of these names and attributes of this type. */
export interface Call<Name extends string, Attributes = Record<never, never>> {
  /** The tensors, by name. */
  readonly inputs: Readonly<Record<Name, tf.TensorInfo>>;
  /** What comes beside them. */
  readonly attrs: Attributes;
  /** Where values are stored. */
  readonly backend: NativeBackend;
}

/** Kernels by name. */
export type Kernels = Readonly<Record<string, tf.KernelFunc>>;

/**
 * Gives a typed kernel the type that tfjs registers.
 *
 * @param run The kernel.
 * @returns The same function.
 */
export function kernel<Name extends string, Attributes = Record<never, never>>(
  run: (call: Call<Name, Attributes>) => tf.TensorInfo | tf.TensorInfo[],
): tf.KernelFunc {
  return run as unknown as tf.KernelFunc;
}

/**
 * Like {@linkcode kernel}, for float tensors only: others go to the kernel of tfjs' own cpu backend.
 *
 * @param name The name of the kernel.
 * @param run The kernel for float tensors.
 * @returns A kernel for every tensor.
 */
export function floatKernel<Name extends string, Attributes = Record<never, never>>(
  name: string,
  run: (call: Call<Name, Attributes>) => tf.TensorInfo | tf.TensorInfo[],
): tf.KernelFunc {
  const others = cpuKernel(name);
  return (call) => {
    const { inputs } = call;
    for (const input of Object.values(inputs)) {
      if (input && (input as tf.TensorInfo).dtype !== "float32") return others(call);
    }
    return run(call as unknown as Call<Name, Attributes>);
  };
}

/**
 * Takes a kernel of tfjs' own cpu backend.
 *
 * @param name The name of the kernel.
 * @returns The kernel, for tensors of the native backend.
 */
export function cpuKernel(name: string): tf.KernelFunc {
  const theirs = tf.getKernel(name, "cpu");
  return (call) => (call.backend as NativeBackend).borrow(theirs, call);
}

/**
 * Multiplies sizes.
 *
 * @param sizes The sizes of axes.
 * @returns How many numbers they hold, 1 for none.
 */
export function volume(sizes: readonly number[]): number {
  let product = 1;
  for (const size of sizes) product *= size;
  return product;
}
