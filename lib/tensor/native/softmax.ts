/**
 * Kernels of softmax and its logarithm along the last axis.
 *
 * @module
 */

import * as tf from "../tfjs.ts";
import type { Values } from "./blas.ts";
import { type Call, floatKernel, kernel, type Kernels } from "./kernels.ts";
import { scratchStride, softmaxScratch, vectorScratch } from "./simd/softmax_rows.ts";

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
  if (x instanceof Float32Array && width > 0) overVectors(x, out, width);
  else byLoops(x, out, width);
  return backend.output(logits.shape, out);
}

/** As many numbers are copied into the scratch at a time, whole rows of them. */
const CHUNK = 2 ** 14;

function overVectors(x: Values, out: Values, width: number): void {
  const stride = scratchStride(width), most = Math.max(1, Math.floor(CHUNK / stride));
  const count = x.length / width;
  for (let row = 0; row < count; row += most) {
    const rows = Math.min(most, count - row), start = row * width;
    const scratch = vectorScratch(rows * stride);
    if (stride === width) scratch.set(x.subarray(start, start + rows * width));
    else spread(x, start, scratch, { rows, width, from: width, to: stride });
    softmaxScratch({ rows, stride, seen: width, more: 0 });
    if (stride === width) out.set(scratch, start);
    else spread(scratch, 0, out.subarray(start), { rows, width, from: stride, to: width });
  }
}

/** Copies rows that are some numbers apart to where they are others apart. */
function spread(
  x: Values,
  start: number,
  y: Values,
  { rows, width, from, to }: { rows: number; width: number; from: number; to: number },
): void {
  for (let row = 0, p = start, q = 0; row < rows; row++, p += from, q += to) {
    for (let i = 0; i < width; i++) y[q + i] = x[p + i]!;
  }
}

function byLoops(x: Values, out: Values, width: number): void {
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
