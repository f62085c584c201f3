/**
 * Kernels that move numbers and change none: slice, split, concat, pad, transpose, tile, gather,
 * select, cast.
 *
 * @module
 */

import * as tf from "../tfjs.ts";
import { type Call, cpuKernel, floatKernel, kernel, type Kernels, volume } from "./kernels.ts";
import { readView, rowStrides, writeView } from "./strided.ts";

type SliceCall = Call<"x", { begin: number | number[]; size: number | number[] }>;

function slice({ inputs: { x }, attrs, backend }: SliceCall): tf.TensorInfo {
  const [begin, size] = tf.slice_util.parseSliceParams(
    x as tf.Tensor,
    attrs.begin,
    attrs.size,
  ) as [number[], number[]];
  tf.slice_util.assertParamsValid(x as tf.Tensor, begin, size);
  const strides = rowStrides(x.shape);
  const offset = begin.reduce((sum, start, axis) => sum + start * strides[axis]!, 0);
  const out = backend.allocate(volume(size));
  readView(backend.floats(x), { shape: size, strides, offset }, out);
  return backend.output(size, out);
}

type SplitCall = Call<"x", { numOrSizeSplits: number | number[]; axis: number }>;

function split({ inputs: { x }, attrs, backend }: SplitCall): tf.TensorInfo[] {
  const axis = tf.util.parseAxisParam(attrs.axis, x.shape)[0]!;
  const sizes = tf.backend_util.prepareSplitSize(x as tf.Tensor, attrs.numOrSizeSplits, axis);
  let start = 0;
  return sizes.map((length) => {
    const begin = x.shape.map((_, i) => i === axis ? start : 0);
    const size = x.shape.map((whole, i) => i === axis ? length : whole);
    start += length;
    return slice({ inputs: { x }, attrs: { begin, size }, backend });
  });
}

type ConcatCall = Call<string, { axis: number }>;

function concat({ inputs, attrs, backend }: ConcatCall): tf.TensorInfo {
  const parts = Object.values(inputs);
  const first = parts[0]!.shape;
  const axis = tf.util.parseAxisParam(attrs.axis, first)[0]!;
  tf.backend_util.assertParamsConsistent(parts.map(({ shape }) => shape), axis);
  const shape = tf.backend_util.computeOutShape(parts.map((part) => part.shape), axis);
  const out = backend.allocate(volume(shape));
  const strides = rowStrides(shape);
  let start = 0;
  for (const part of parts) {
    const offset = start * strides[axis]!;
    writeView(backend.floats(part), { shape: part.shape, strides, offset }, out);
    start += part.shape[axis]!;
  }
  return backend.output(shape, out);
}

type PadCall = Call<"x", { paddings: [number, number][]; constantValue: number }>;

function pad({ inputs: { x }, attrs, backend }: PadCall): tf.TensorInfo {
  const { paddings, constantValue } = attrs;
  const shape = x.shape.map((size, axis) => size + paddings[axis]![0] + paddings[axis]![1]);
  const strides = rowStrides(shape);
  const offset = paddings.reduce((sum, [before], axis) => sum + before * strides[axis]!, 0);
  const out = backend.allocate(volume(shape));
  out.fill(constantValue);
  writeView(backend.floats(x), { shape: x.shape, strides, offset }, out);
  return backend.output(shape, out);
}

type TransposeCall = Call<"x", { perm: number[] }>;

function transpose({ inputs: { x }, attrs: { perm }, backend }: TransposeCall): tf.TensorInfo {
  const from = rowStrides(x.shape);
  const shape = perm.map((axis) => x.shape[axis]!);
  const strides = perm.map((axis) => from[axis]!);
  const out = backend.allocate(volume(shape));
  readView(backend.floats(x), { shape, strides, offset: 0 }, out);
  return backend.output(shape, out);
}

type TileCall = Call<"x", { reps: number[] }>;

function tile({ inputs: { x }, attrs: { reps }, backend }: TileCall): tf.TensorInfo {
  const from = rowStrides(x.shape);
  const shape = x.shape.map((size, axis) => size * reps[axis]!);
  const out = backend.allocate(volume(shape));
  readView(backend.floats(x), {
    shape: x.shape.flatMap((size, axis) => [reps[axis]!, size]),
    strides: from.flatMap((stride) => [0, stride]),
    offset: 0,
  }, out);
  return backend.output(shape, out);
}

type GatherCall = Call<"x" | "indices", { axis: number; batchDims: number }>;

function gather(call: GatherCall): tf.TensorInfo {
  const { inputs: { x, indices }, attrs, backend } = call;
  if (x.dtype !== "float32") {
    return cpuKernel("GatherV2")(call as never) as tf.TensorInfo;
  }
  const axis = tf.util.parseAxisParam(attrs.axis, x.shape)[0]!;
  const places = backend.readSync(indices.dataId) as Int32Array;
  const batchDims = attrs.batchDims ?? 0;
  const batches = volume(x.shape.slice(0, batchDims));
  const each = places.length / (batches || 1);
  const outer = volume(x.shape.slice(batchDims, axis));
  const inner = volume(x.shape.slice(axis + 1));
  const size = x.shape[axis]!;
  const values = backend.floats(x);
  const out = backend.allocate(batches * outer * each * inner);
  for (const place of places) {
    if (place < 0 || place >= size) {
      throw new RangeError(
        `Cannot gather as indices must be from 0 to ${size - 1}: current value is ${place}`,
      );
    }
  }
  for (let i = 0, to = 0; i < batches * outer; i++) {
    const first = Math.floor(i / outer) * each;
    for (let j = first; j < first + each; j++, to += inner) {
      const from = (i * size + places[j]!) * inner;
      if (inner === 1) out[to] = values[from]!;
      else out.set(values.subarray(from, from + inner), to);
    }
  }
  return backend.output(
    [...x.shape.slice(0, axis), ...indices.shape.slice(batchDims), ...x.shape.slice(axis + 1)],
    out,
  );
}

type SelectCall = Call<"condition" | "t" | "e">;

function select(call: SelectCall): tf.TensorInfo {
  const { inputs: { condition, t, e }, backend } = call;
  if (t.dtype !== "float32" || e.dtype !== "float32") {
    return cpuKernel("Select")(call as never) as tf.TensorInfo;
  }
  const flags = backend.readSync(condition.dataId) as Uint8Array;
  const yes = backend.floats(t);
  const no = backend.floats(e);
  const out = backend.allocate(yes.length);
  // A condition of rank 1 may choose whole rows.
  const run = flags.length === 0 ? 0 : yes.length / flags.length;
  for (let i = 0, p = 0; i < flags.length; i++) {
    const chosen = flags[i] ? yes : no;
    for (const end = p + run; p < end; p++) out[p] = chosen[p]!;
  }
  return backend.output(t.shape, out);
}

type CastCall = Call<"x", { dtype: tf.DataType }>;

/** The same numbers under another shape. */
function reshape({ inputs: { x }, attrs, backend }: Call<"x", { shape: number[] }>): tf.TensorInfo {
  const size = tf.util.sizeFromShape(x.shape);
  const shape = tf.util.inferFromImplicitShape(attrs.shape, size);
  backend.incRef(x.dataId);
  return { dataId: x.dataId, shape, dtype: x.dtype };
}

function identity({ inputs: { x }, backend }: Call<"x">): tf.TensorInfo {
  backend.incRef(x.dataId);
  return { dataId: x.dataId, shape: x.shape, dtype: x.dtype };
}

/** Unlike tfjs' own, a cast from integers makes floats of them: BLAS reads the bits. */
function cast(call: CastCall): tf.TensorInfo {
  const { inputs: { x }, attrs: { dtype }, backend } = call;
  if (dtype !== "float32" || (x.dtype !== "int32" && x.dtype !== "bool")) {
    return cpuKernel("Cast")(call as never) as tf.TensorInfo;
  }
  const values = backend.readSync(x.dataId) as Int32Array;
  const out = backend.allocate(values.length);
  out.set(values);
  return backend.output(x.shape, out);
}

/**
 * Lists the kernels of this file.
 *
 * @returns The kernels by name.
 */
export function moveKernels(): Kernels {
  return {
    Slice: floatKernel("Slice", slice),
    SplitV: floatKernel("SplitV", split),
    Concat: floatKernel("Concat", concat),
    PadV2: floatKernel("PadV2", pad),
    Transpose: floatKernel("Transpose", transpose),
    Tile: floatKernel("Tile", tile),
    GatherV2: gather as unknown as tf.KernelFunc,
    Select: select as unknown as tf.KernelFunc,
    Reshape: kernel(reshape),
    Identity: kernel(identity),
    Cast: cast as unknown as tf.KernelFunc,
  };
}
