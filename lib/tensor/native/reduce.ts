/**
 * Kernels that fold axes: sum, mean, max, min, sums by segment. Sums are held in double precision.
 *
 * @module
 */

import * as tf from "../tfjs.ts";
import type { NativeBackend } from "./backend.ts";
import type { Values } from "./blas.ts";
import { type Call, cpuKernel, floatKernel, type Kernels, volume } from "./kernels.ts";
import { readView, rowStrides } from "./strided.ts";

/** Folds the middle axis of [outer, middle, inner]. */
type Fold = (x: Values, out: Values, outer: number, middle: number, inner: number) => void;

const folds: Record<string, Fold> = {
  Sum: (x, out, outer, middle, inner) => sum(x, out, outer, middle, inner, 1),
  Mean: (x, out, outer, middle, inner) => sum(x, out, outer, middle, inner, middle),
  Max(x, out, outer, middle, inner) {
    out.fill(-Infinity);
    for (let i = 0, p = 0; i < outer; i++) {
      for (let j = 0; j < middle; j++) {
        for (let k = 0, q = i * inner; k < inner; k++, p++, q++) out[q] = Math.max(out[q]!, x[p]!);
      }
    }
  },
  Min(x, out, outer, middle, inner) {
    out.fill(Infinity);
    for (let i = 0, p = 0; i < outer; i++) {
      for (let j = 0; j < middle; j++) {
        for (let k = 0, q = i * inner; k < inner; k++, p++, q++) out[q] = Math.min(out[q]!, x[p]!);
      }
    }
  },
};

function sum(
  x: Values,
  out: Values,
  outer: number,
  middle: number,
  inner: number,
  divisor: number,
): void {
  if (inner === 1) {
    for (let i = 0, p = 0; i < outer; i++) {
      let total = 0;
      for (let j = 0; j < middle; j++) total += x[p++]!;
      out[i] = total / divisor;
    }
    return;
  }
  const totals = new Float64Array(inner);
  for (let i = 0, p = 0; i < outer; i++) {
    totals.fill(0);
    for (let j = 0; j < middle; j++) for (let k = 0; k < inner; k++) totals[k]! += x[p++]!;
    for (let k = 0; k < inner; k++) out[i * inner + k] = totals[k]! / divisor;
  }
}

type ReduceCall = Call<
  "x",
  { axis?: number | number[]; reductionIndices?: number | number[]; keepDims: boolean }
>;

function reduce(fold: Fold): (call: ReduceCall) => tf.TensorInfo {
  return ({ inputs: { x }, attrs, backend }) => {
    const { axis, reductionIndices, keepDims } = attrs;
    const all = x.shape.map((_, i) => i);
    const gone = tf.util.parseAxisParam((axis ?? reductionIndices ?? all) as number[], x.shape)
      .slice().sort((a, b) => a - b);
    const kept = all.filter((i) => !gone.includes(i));
    const shape = keepDims
      ? x.shape.map((size, i) => gone.includes(i) ? 1 : size)
      : kept.map((i) => x.shape[i]!);
    const out = backend.allocate(volume(shape));
    const middle = volume(gone.map((i) => x.shape[i]!));
    const first = gone[0] ?? x.shape.length;
    const end = first + gone.length;
    if (gone.every((i, place) => i === first + place)) {
      const outer = volume(x.shape.slice(0, first));
      fold(backend.floats(x), out, outer, middle, volume(x.shape.slice(end)));
    } else {
      fold(folded(backend, x, [...kept, ...gone]), out, out.length, middle, 1);
    }
    return backend.output(shape, out);
  };
}

/** The numbers with their axes in another order. */
function folded(backend: NativeBackend, x: tf.TensorInfo, order: readonly number[]): Values {
  const strides = rowStrides(x.shape);
  const values = backend.floats(x);
  const out = backend.allocate(values.length);
  readView(values, {
    shape: order.map((axis) => x.shape[axis]!),
    strides: order.map((axis) => strides[axis]!),
    offset: 0,
  }, out);
  return out;
}

type SegmentCall = Call<"x" | "segmentIds", { numSegments: number }>;

function unsortedSegmentSum(call: SegmentCall): tf.TensorInfo {
  const { inputs: { x, segmentIds }, attrs: { numSegments }, backend } = call;
  if (x.dtype !== "float32") {
    return cpuKernel("UnsortedSegmentSum")(call as never) as tf.TensorInfo;
  }
  const places = backend.readSync(segmentIds.dataId) as Int32Array;
  const rest = x.shape.slice(segmentIds.shape.length);
  const width = volume(rest);
  const values = backend.floats(x);
  const out = backend.allocate(numSegments * width).fill(0);
  for (let i = 0, p = 0; i < places.length; i++, p += width) {
    // As in TensorFlow, a place outside is dropped.
    if (places[i]! < 0 || places[i]! >= numSegments) continue;
    const q = places[i]! * width;
    for (let j = 0; j < width; j++) out[q + j]! += values[p + j]!;
  }
  return backend.output([numSegments, ...rest], out);
}

/**
 * Lists the kernels of this file.
 *
 * @returns The kernels by name.
 */
export function reduceKernels(): Kernels {
  return {
    ...Object.fromEntries(
      Object.entries(folds).map(([name, fold]) => [name, floatKernel(name, reduce(fold))]),
    ),
    UnsortedSegmentSum: unsortedSegmentSum as unknown as tf.KernelFunc,
  };
}
