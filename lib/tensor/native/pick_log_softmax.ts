/**
 * The kernel of one log-probability a row.
 *
 * @module
 */

import * as tf from "../tfjs.ts";
import { softmax } from "../softmax.ts";
import type { Values } from "./blas.ts";
import { type Call, kernel, type Kernels } from "./kernels.ts";
import { exponentialSums, scratchStride, vectorScratch } from "./simd/softmax_rows.ts";

/** As many numbers are copied into the scratch at a time, whole rows of them. */
const CHUNK = 2 ** 16;
/** Rows shorter than two vectors have no room for what is found. */
const LEAST = 8;

function run({ inputs: { logits, ids }, backend }: Call<"logits" | "ids">): tf.TensorInfo {
  const x = backend.floats(logits), [rows, width] = logits.shape as [number, number];
  const chosen = backend.readSync(ids.dataId) as ArrayLike<number>, out = backend.allocate(rows);
  const shift = (row: number, [top, sum]: readonly [number, number]) => {
    out[row] = x[row * width + chosen[row]!]! - top - Math.log(sum);
  };
  if (x instanceof Float32Array && width >= LEAST) overVectors(x, width, shift);
  else for (let row = 0; row < rows; row++) shift(row, sumOf(x, row * width, width));
  return backend.output([rows], out);
}

type Found = (row: number, sums: readonly [top: number, sum: number]) => void;

function overVectors(x: Float32Array, width: number, found: Found): void {
  const stride = scratchStride(width), count = x.length / width;
  const most = Math.max(1, Math.floor(CHUNK / stride));
  for (let first = 0; first < count; first += most) {
    const rows = Math.min(most, count - first), scratch = vectorScratch(rows * stride);
    for (let row = 0; row < rows; row++) {
      const start = (first + row) * width;
      scratch.set(x.subarray(start, start + width), row * stride);
    }
    exponentialSums(rows, stride, width).forEach((sums, row) => found(first + row, sums));
  }
}

function sumOf(x: Values, start: number, width: number): readonly [number, number] {
  let top = -Infinity, sum = 0;
  for (let p = start; p < start + width; p++) if (x[p]! > top) top = x[p]!;
  for (let p = start; p < start + width; p++) sum += Math.exp(x[p]! - top);
  return [top, sum];
}

/**
 * Lists the kernels of this file.
 *
 * @returns The kernels by name.
 */
export function pickLogSoftmaxKernels(): Kernels {
  return { PickLogSoftmax: kernel(run) };
}

/** Registers the gradient of this file: 1 where the number was picked, less the probabilities. */
export function registerPickLogSoftmaxGradient(): void {
  tf.registerGradient({
    kernelName: "PickLogSoftmax",
    inputsToSave: ["logits", "ids"],
    gradFunc: (dy, saved) => {
      const [logits, ids] = saved as [tf.Tensor2D, tf.Tensor1D];
      const rows = (dy as tf.Tensor).expandDims(1);
      return {
        logits: () => tf.oneHot(ids, logits.shape[1]).sub(softmax(logits)).mul(rows),
        ids: () => tf.zeros(ids.shape),
      };
    },
  });
}
