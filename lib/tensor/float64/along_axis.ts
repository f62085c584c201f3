/**
 * Kernels that go along one axis and that the native backend leaves to tfjs: running sums, the
 * greatest numbers and their places.
 *
 * @module
 */

import type { Values } from "../native/blas.ts";
import { type Call, floatKernel, type Kernels, volume } from "../native/kernels.ts";
import * as tf from "../tfjs.ts";

/** Calls back for every line along an axis: where it begins and how far its numbers are apart. */
function lines(
  shape: readonly number[],
  axis: number,
  visit: (start: number, step: number, line: number) => void,
): void {
  const step = volume(shape.slice(axis + 1));
  const outer = volume(shape.slice(0, axis));
  for (let i = 0, line = 0; i < outer; i++) {
    for (let j = 0; j < step; j++, line++) visit(i * shape[axis]! * step + j, step, line);
  }
}

type CumulativeCall = Call<"x", { axis: number; exclusive: boolean; reverse: boolean }>;

function cumulative(
  first: number,
  join: (sum: number, value: number) => number,
): (call: CumulativeCall) => tf.TensorInfo {
  return ({ inputs: { x }, attrs, backend }) => {
    const axis = tf.util.parseAxisParam(attrs.axis, x.shape)[0]!;
    const size = x.shape[axis]!;
    const values = backend.floats(x);
    const out = backend.allocate(values.length);
    lines(x.shape, axis, (start, step) => {
      for (let i = 0, sum = first; i < size; i++) {
        const p = start + (attrs.reverse ? size - 1 - i : i) * step;
        const next = join(sum, values[p]!);
        out[p] = attrs.exclusive ? sum : next;
        sum = next;
      }
    });
    return backend.output(x.shape, out);
  };
}

type ProductCall = Call<"x", { axis: number | number[]; keepDims: boolean }>;

function product({ inputs: { x }, attrs, backend }: ProductCall): tf.TensorInfo {
  const gone = tf.util.parseAxisParam(attrs.axis, x.shape);
  const kept = x.shape.map((size, axis) => gone.includes(axis) ? 1 : size);
  const strides = kept.map((size, axis) => size === 1 ? 0 : volume(kept.slice(axis + 1)));
  const out = backend.allocate(volume(kept)).fill(1);
  backend.floats(x).forEach((value, p) => {
    let to = 0;
    for (let axis = kept.length - 1, rest = p; axis >= 0; axis--) {
      to += rest % x.shape[axis]! * strides[axis]!;
      rest = Math.floor(rest / x.shape[axis]!);
    }
    out[to]! *= value;
  });
  return backend.output(attrs.keepDims ? kept : kept.filter((_, i) => !gone.includes(i)), out);
}

function topPlace(above: (x: number, y: number) => boolean) {
  return (call: Call<"x", { axis: number }>): tf.TensorInfo => {
    const { inputs: { x }, attrs, backend } = call;
    const axis = tf.util.parseAxisParam(attrs.axis, x.shape)[0]!;
    const shape = x.shape.filter((_, i) => i !== axis);
    const values = backend.floats(x);
    const out = new Int32Array(volume(shape));
    lines(x.shape, axis, (start, step, line) => {
      for (let i = 1; i < x.shape[axis]!; i++) {
        if (above(values[start + i * step]!, values[start + out[line]! * step]!)) out[line] = i;
      }
    });
    return backend.makeTensorInfo(shape, "int32", out);
  };
}

/** The greatest first, and of equal ones the one that stands first. */
function topK({ inputs: { x }, attrs: { k }, backend }: Call<"x", { k: number }>): tf.TensorInfo[] {
  const width = x.shape.at(-1)!;
  const values = backend.floats(x);
  const rows = volume(x.shape.slice(0, -1));
  const top = backend.allocate(rows * k);
  const places = new Int32Array(rows * k);
  for (let row = 0; row < rows; row++) {
    const own: Values = values.subarray(row * width, (row + 1) * width);
    const order = Array.from({ length: width }, (_, i) => i).sort((i, j) =>
      own[j]! - own[i]! || i - j
    );
    for (let i = 0; i < k; i++) {
      places[row * k + i] = order[i]!;
      top[row * k + i] = own[order[i]!]!;
    }
  }
  const shape = [...x.shape.slice(0, -1), k];
  return [backend.output(shape, top), backend.makeTensorInfo(shape, "int32", places)];
}

/**
 * Lists the kernels of this file.
 *
 * @returns The kernels by name.
 */
export function alongAxisKernels(): Kernels {
  return {
    ArgMax: floatKernel("ArgMax", topPlace((x, y) => x > y)),
    ArgMin: floatKernel("ArgMin", topPlace((x, y) => x < y)),
    Cumprod: floatKernel("Cumprod", cumulative(1, (product, value) => product * value)),
    Cumsum: floatKernel("Cumsum", cumulative(0, (sum, value) => sum + value)),
    Prod: floatKernel("Prod", product),
    TopK: floatKernel("TopK", topK),
  };
}
