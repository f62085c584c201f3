/**
 * Kernels of softmax and its logarithm along the last axis.
 *
 * @module
 */

import * as tf from "../tfjs.ts";
import { runKernel } from "../kernel.ts";
import type { Values } from "./blas.ts";
import { type Call, floatKernel, kernel, type Kernels } from "./kernels.ts";

/** The greatest number of a row. */
function greatest(x: Values, start: number, end: number): number {
  let top = -Infinity;
  for (let p = start; p < end; p++) if (x[p]! > top) top = x[p]!;
  return top;
}

function softmax({ inputs: { logits }, backend }: Call<"logits">): tf.TensorInfo {
  const x = backend.float32(logits);
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
  const y = backend.float32(inputs.y);
  const dy = backend.float32(inputs.dy);
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

function logSoftmax({ inputs: { logits }, backend }: Call<"logits">): tf.TensorInfo {
  const x = backend.float32(logits);
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
    Softmax: floatKernel("Softmax", softmax),
    SoftmaxGradient: kernel(softmaxGradient),
    LogSoftmax: kernel(logSoftmax),
  };
}

/** Registers the gradients of this file; other backends keep that of tfjs for softmax. */
export function registerSoftmaxGradients(): void {
  const composed = (y: tf.Tensor, dy: tf.Tensor) =>
    y.mul(dy.sub(y.mul(dy).sum(-1, true))) as tf.Tensor;
  tf.registerGradient({
    kernelName: "Softmax",
    outputsToSave: [true],
    gradFunc: (gradient, saved) => {
      const y = saved[0]!;
      const dy = gradient as tf.Tensor;
      const fused = tf.getKernel("SoftmaxGradient", tf.getBackend());
      return { logits: () => fused ? runKernel("SoftmaxGradient", { y, dy }) : composed(y, dy) };
    },
  });
  tf.registerGradient({
    kernelName: "SoftmaxGradient",
    inputsToSave: ["y", "dy"],
    gradFunc: (dz, saved) => {
      const [y, dy] = saved as [tf.Tensor, tf.Tensor];
      const of = (a: tf.Tensor, b: tf.Tensor) => composed(a, b).mul(dz as tf.Tensor).sum();
      return {
        y: () => tf.grad((a: tf.Tensor) => of(a, dy))(y),
        dy: () => tf.grad((b: tf.Tensor) => of(y, b))(dy),
      };
    },
  });
  tf.registerGradient({
    kernelName: "LogSoftmax",
    outputsToSave: [true],
    gradFunc: (gradient, saved) => {
      const dy = gradient as tf.Tensor;
      return { logits: () => dy.sub(saved[0]!.exp().mul(dy.sum(-1, true))) };
    },
  });
}
