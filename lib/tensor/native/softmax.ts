/**
 * Kernels of softmax and its logarithm along the last axis.
 *
 * @module
 */

import * as tf from "../tfjs.ts";
import type { Values } from "./blas.ts";
import { type Call, floatKernel, kernel, type Kernels } from "./kernels.ts";

/** The greatest number of a row. */
function greatest(x: Values, start: number, end: number): number {
  let top = -Infinity;
  for (let p = start; p < end; p++) if (x[p]! > top) top = x[p]!;
  return top;
}

function probabilities({ inputs: { logits }, backend }: Call<"logits">): tf.TensorInfo {
  const x = backend.floats(logits);
  const width = logits.shape.at(-1) ?? 1;
  const out = backend.allocate(x.length);
  for (let start = 0; start < x.length; start += width) {
    const end = start + width;
    const top = greatest(x, start, end);
    let sum = 0;
    for (let p = start; p < end; p++) {
      // Half of a causal row: Math.exp would give the same 0 more slowly.
      const weight = x[p] === -Infinity ? 0 : Math.exp(x[p]! - top);
      out[p] = weight;
      sum += weight;
    }
    // 0 / 0: a row of nothing but -Infinity is undefined, and stays so.
    const inverse = 1 / sum;
    for (let p = start; p < end; p++) out[p] = out[p]! * inverse;
  }
  return backend.output(logits.shape, out);
}

function softmaxGradient({ inputs, backend }: Call<"y" | "dy">): tf.TensorInfo {
  const y = backend.floats(inputs.y);
  const dy = backend.floats(inputs.dy);
  const width = inputs.y.shape.at(-1) ?? 1;
  const out = backend.allocate(y.length);
  for (let start = 0; start < y.length; start += width) {
    const end = start + width;
    let dot = 0;
    for (let p = start; p < end; p++) dot += y[p]! * dy[p]!;
    for (let p = start; p < end; p++) out[p] = y[p]! * (dy[p]! - dot);
  }
  return backend.output(inputs.y.shape, out);
}

function logarithms({ inputs: { logits }, backend }: Call<"logits">): tf.TensorInfo {
  const x = backend.floats(logits);
  const width = logits.shape.at(-1) ?? 1;
  const out = backend.allocate(x.length);
  for (let start = 0; start < x.length; start += width) {
    const end = start + width;
    const top = greatest(x, start, end);
    let sum = 0;
    for (let p = start; p < end; p++) sum += Math.exp(x[p]! - top);
    const shift = top + Math.log(sum);
    for (let p = start; p < end; p++) out[p] = x[p]! - shift;
  }
  return backend.output(logits.shape, out);
}

/**
 * Lists the kernels of this file.
 *
 * @returns The kernels by name.
 */
export function softmaxKernels(): Kernels {
  return {
    Softmax: floatKernel("Softmax", probabilities),
    SoftmaxGradient: kernel(softmaxGradient),
    LogSoftmax: kernel(logarithms),
  };
}

/** Registers the gradients of this file; those of softmax and its logarithm are mended for every backend. */
export function registerSoftmaxGradients(): void {
  tf.registerGradient({
    kernelName: "SoftmaxGradient",
    inputsToSave: ["y", "dy"],
    gradFunc: (dz, saved) => {
      const [y, dy] = saved as [tf.Tensor, tf.Tensor];
      const g = dz as tf.Tensor;
      const total = (x: tf.Tensor) => x.sum(-1, true);
      // Of y (dy - sum(y dy)), which is linear in dy.
      return {
        y: () => g.mul(dy.sub(total(y.mul(dy)))).sub(dy.mul(total(g.mul(y)))),
        dy: () => y.mul(g.sub(total(g.mul(y)))),
      };
    },
  });
}
