/**
 * Kernels that move numbers and change none, and that the native backend leaves to tfjs.
 *
 * @module
 */

import type { NativeBackend } from "../native/backend.ts";
import { type Call, floatKernel, kernel, type Kernels, volume } from "../native/kernels.ts";
import { rowStrides } from "../native/strided.ts";
import * as tf from "../tfjs.ts";

/** Makes a tensor by asking for the number at each index. */
function byIndex(
  backend: NativeBackend,
  shape: readonly number[],
  of: (index: readonly number[]) => number,
): tf.TensorInfo {
  const out = backend.allocate(volume(shape));
  const index = shape.map(() => 0);
  for (let p = 0; p < out.length; p++) {
    out[p] = of(index);
    for (let axis = shape.length - 1; axis >= 0 && ++index[axis]! === shape[axis]; axis--) {
      index[axis] = 0;
    }
  }
  return backend.output(shape, out);
}

/** Where an index stands. */
function place(index: readonly number[], strides: readonly number[]): number {
  return index.reduce((sum, i, axis) => sum + i * strides[axis]!, 0);
}

function expandDims(call: Call<"input", { dim: number }>): tf.TensorInfo {
  const { inputs: { input }, attrs: { dim }, backend } = call;
  const shape = input.shape.slice();
  shape.splice(dim < 0 ? input.shape.length + dim + 1 : dim, 0, 1);
  backend.incRef(input.dataId);
  return { dataId: input.dataId, shape, dtype: input.dtype };
}

function reverse({ inputs: { x }, attrs, backend }: Call<"x", { dims: number[] }>): tf.TensorInfo {
  const dims = tf.util.parseAxisParam(attrs.dims, x.shape);
  const values = backend.floats(x);
  const strides = rowStrides(x.shape);
  return byIndex(backend, x.shape, (index) => {
    const from = index.map((i, axis) => dims.includes(axis) ? x.shape[axis]! - 1 - i : i);
    return values[place(from, strides)]!;
  });
}

interface Strided {
  readonly begin: number[];
  readonly end: number[];
  readonly strides: number[];
  readonly beginMask: number;
  readonly endMask: number;
  readonly ellipsisMask: number;
  readonly newAxisMask: number;
  readonly shrinkAxisMask: number;
}

function stridedSlice({ inputs: { x }, attrs, backend }: Call<"x", Strided>): tf.TensorInfo {
  const info = tf.slice_util.sliceInfo(
    x.shape,
    attrs.begin,
    attrs.end,
    attrs.strides,
    attrs.beginMask,
    attrs.endMask,
    attrs.ellipsisMask,
    attrs.newAxisMask,
    attrs.shrinkAxisMask,
  );
  const { finalShapeSparse, finalShape, begin, strides } = info;
  const values = backend.floats(x);
  const own = rowStrides(x.shape);
  const offset = place(begin, own);
  const steps = own.map((step, axis) => step * strides[axis]!);
  // An axis to be dropped still counts here, with one index.
  const shape = finalShapeSparse.length === x.shape.length
    ? finalShapeSparse
    : x.shape.map((_, i) => Math.max(0, Math.ceil((info.end[i]! - begin[i]!) / strides[i]!)));
  const out = byIndex(backend, shape, (index) => values[offset + place(index, steps)]!);
  return { ...out, shape: finalShape };
}

function pack({ inputs, attrs, backend }: Call<string, { axis: number }>): tf.TensorInfo {
  const parts = Object.values(inputs);
  const rank = parts[0]!.shape.length;
  const axis = attrs.axis < 0 ? attrs.axis + rank + 1 : attrs.axis;
  const shape = parts[0]!.shape.slice();
  shape.splice(axis, 0, parts.length);
  const values = parts.map((part) => backend.floats(part));
  const strides = rowStrides(parts[0]!.shape);
  return byIndex(backend, shape, (index) => {
    const rest = index.filter((_, i) => i !== axis);
    return values[index[axis]!]![place(rest, strides)]!;
  });
}

function unpack({ inputs: { value }, attrs, backend }: Call<"value", { axis: number }>) {
  const axis = tf.util.parseAxisParam(attrs.axis, value.shape)[0]!;
  const shape = value.shape.filter((_, i) => i !== axis);
  const strides = rowStrides(value.shape);
  const values = backend.floats(value);
  return Array.from(
    { length: value.shape[axis]! },
    (_, i) =>
      byIndex(backend, shape, (index) => values[place(index.toSpliced(axis, 0, i), strides)]!),
  );
}

interface Mirror {
  readonly paddings: readonly (readonly [number, number])[];
  readonly mode: "reflect" | "symmetric";
}

function mirrorPad({ inputs: { x }, attrs, backend }: Call<"x", Mirror>): tf.TensorInfo {
  const { paddings, mode } = attrs;
  const again = mode === "reflect" ? 0 : 1;
  const shape = x.shape.map((size, axis) => size + paddings[axis]![0] + paddings[axis]![1]);
  const strides = rowStrides(x.shape);
  const values = backend.floats(x);
  return byIndex(backend, shape, (index) => {
    const from = index.map((i, axis) => {
      const [size, at] = [x.shape[axis]!, i - paddings[axis]![0]];
      return at < 0 ? -at - again : at >= size ? 2 * (size - 1) - at + again : at;
    });
    return values[place(from, strides)]!;
  });
}

/**
 * Lists the kernels of this file.
 *
 * @returns The kernels by name.
 */
export function arrangeKernels(): Kernels {
  return {
    ExpandDims: kernel(expandDims),
    MirrorPad: floatKernel("MirrorPad", mirrorPad),
    Pack: floatKernel("Pack", pack),
    Reverse: floatKernel("Reverse", reverse),
    StridedSlice: floatKernel("StridedSlice", stridedSlice),
    Unpack: floatKernel("Unpack", unpack),
  };
}
