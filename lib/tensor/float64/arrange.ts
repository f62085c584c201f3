/**
 * Kernels that make and move numbers and that the native backend leaves to tfjs.
 *
 * @module
 */

import type { NativeBackend } from "../native/backend.ts";
import type { Values } from "../native/blas.ts";
import {
  type Call,
  cpuKernel,
  floatKernel,
  kernel,
  type Kernels,
  volume,
} from "../native/kernels.ts";
import { moveKernels } from "../native/move.ts";
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

type GatherNdCall = Call<"params" | "indices">;

function gatherNd({ inputs: { params, indices }, backend }: GatherNdCall): tf.TensorInfo {
  const depth = indices.shape.at(-1)!;
  const rest = params.shape.slice(depth);
  const size = volume(rest);
  const strides = rowStrides(params.shape).slice(0, depth);
  const places = backend.readSync(indices.dataId) as Int32Array;
  const values = backend.floats(params);
  const out = backend.allocate(places.length / depth * size);
  for (let i = 0; i * depth < places.length; i++) {
    const from = place([...places.subarray(i * depth, (i + 1) * depth)], strides);
    if (from < 0 || from + size > values.length) {
      throw new RangeError(
        `Cannot gather as indices must lie in [${params.shape.join(", ")}]: number ${i} does not`,
      );
    }
    out.set(values.subarray(from, from + size), i * size);
  }
  return backend.output([...indices.shape.slice(0, -1), ...rest], out);
}

/** Writes updates at indices; `write` says how an old and a new number become one. */
function scatter(
  backend: NativeBackend,
  indices: tf.TensorInfo,
  updates: tf.TensorInfo,
  { shape, out, write }: {
    shape: readonly number[];
    out: Values;
    write: (old: number, update: number) => number;
  },
): tf.TensorInfo {
  const depth = indices.shape.at(-1) ?? 1;
  const size = volume(shape.slice(depth));
  const strides = rowStrides(shape).slice(0, depth);
  const places = backend.readSync(indices.dataId) as Int32Array;
  const values = backend.floats(updates);
  for (let i = 0; i * depth < places.length; i++) {
    const to = place([...places.subarray(i * depth, (i + 1) * depth)], strides);
    if (to < 0 || to + size > out.length) {
      throw new RangeError(
        `Cannot scatter as indices must lie in [${shape.join(", ")}]: number ${i} does not`,
      );
    }
    for (let j = 0; j < size; j++) out[to + j] = write(out[to + j]!, values[i * size + j]!);
  }
  return backend.output(shape, out);
}

type ScatterCall = Call<"indices" | "updates", { shape: number[] }>;

function scatterNd({ inputs, attrs: { shape }, backend }: ScatterCall): tf.TensorInfo {
  return scatter(backend, inputs.indices, inputs.updates, {
    shape,
    out: backend.allocate(volume(shape)),
    write: (old, update) => old + update,
  });
}

function scatterUpdate(
  { inputs, backend }: Call<"tensor" | "indices" | "updates">,
): tf.TensorInfo {
  return scatter(backend, inputs.indices, inputs.updates, {
    shape: inputs.tensor.shape,
    out: backend.floats(inputs.tensor).slice() as Values,
    write: (_, update) => update,
  });
}

/** A kernel without float inputs, taken over where its result is to be of floats. */
function making<Name extends string, Attributes>(
  name: string,
  run: (call: Call<Name, Attributes>) => tf.TensorInfo,
  floats: (call: Call<Name, Attributes>) => boolean,
): tf.KernelFunc {
  const others = cpuKernel(name);
  return (call) => {
    const typed = call as unknown as Call<Name, Attributes>;
    return floats(typed) ? run(typed) : others(call);
  };
}

type FillCall = Call<never, { shape: number[]; value: number; dtype?: tf.DataType }>;
type RangeCall = Call<never, { start: number; stop: number; step: number; dtype: tf.DataType }>;
type OneHotCall = Call<
  "indices",
  { depth: number; onValue: number; offValue: number; dtype: tf.DataType }
>;
type CastCall = Call<"x", { dtype: tf.DataType }>;

function fill({ attrs: { shape, value }, backend }: FillCall): tf.TensorInfo {
  return backend.output(shape, backend.allocate(volume(shape)).fill(value));
}

function range({ attrs, backend }: RangeCall): tf.TensorInfo {
  const { start, stop } = attrs;
  // As in tfjs, a step of 1 turns where it would lead away.
  const step = stop < start && attrs.step === 1 ? -1 : attrs.step;
  const length = Math.max(0, Math.ceil((stop - start) / step));
  return byIndex(backend, [length], ([i]) => start + i! * step);
}

type LinSpaceCall = Call<never, { start: number; stop: number; num: number }>;

function linSpace({ attrs: { start, stop, num }, backend }: LinSpaceCall): tf.TensorInfo {
  return byIndex(
    backend,
    [num],
    ([i]) => num === 1 ? start : start + i! * (stop - start) / (num - 1),
  );
}

function oneHot({ inputs: { indices }, attrs, backend }: OneHotCall): tf.TensorInfo {
  const { depth, onValue, offValue } = attrs;
  const places = backend.readSync(indices.dataId) as Int32Array;
  const out = backend.allocate(places.length * depth).fill(offValue);
  places.forEach((at, i) => {
    if (at >= 0 && at < depth) out[i * depth + at] = onValue;
  });
  return backend.output([...indices.shape, depth], out);
}

/** Floats become integers by truncation, and flags where they are not 0. */
function cast(call: CastCall): tf.TensorInfo {
  const { inputs: { x }, attrs: { dtype }, backend } = call;
  const again = () => moveKernels()["Cast"]!(call as never) as tf.TensorInfo;
  if (x.dtype !== "float32") return again();
  const values = backend.floats(x);
  if (dtype === "int32") return backend.makeTensorInfo(x.shape, dtype, Int32Array.from(values));
  if (dtype === "bool") {
    return backend.makeTensorInfo(x.shape, dtype, Uint8Array.from(values, (v) => v === 0 ? 0 : 1));
  }
  backend.incRef(x.dataId);
  return { dataId: x.dataId, shape: x.shape, dtype: x.dtype };
}

/**
 * Lists the kernels of this file.
 *
 * @returns The kernels by name.
 */
export function arrangeKernels(): Kernels {
  const like = (name: string, value: number) =>
    floatKernel(
      name,
      ({ inputs: { x }, backend }: Call<"x">) =>
        fill({ inputs: {} as never, attrs: { shape: x.shape, value }, backend }),
    );
  const floatUpdates = (call: Call<"updates">) => call.inputs.updates.dtype === "float32";
  return {
    Cast: cast as unknown as tf.KernelFunc,
    ExpandDims: kernel(expandDims),
    Fill: making<never, FillCall["attrs"]>(
      "Fill",
      fill,
      ({ attrs: { value, dtype } }) => (dtype ?? tf.util.inferDtype(value)) === "float32",
    ),
    GatherNd: making(
      "GatherNd",
      gatherNd,
      ({ inputs: { params } }: GatherNdCall) => params.dtype === "float32",
    ),
    LinSpace: kernel(linSpace),
    MirrorPad: floatKernel("MirrorPad", mirrorPad),
    OneHot: making<"indices", OneHotCall["attrs"]>(
      "OneHot",
      oneHot,
      ({ attrs: { dtype } }) => dtype === "float32",
    ),
    OnesLike: like("OnesLike", 1),
    Pack: floatKernel("Pack", pack),
    Range: making<never, RangeCall["attrs"]>(
      "Range",
      range,
      ({ attrs: { dtype } }) => dtype === "float32",
    ),
    Reverse: floatKernel("Reverse", reverse),
    ScatterNd: making("ScatterNd", scatterNd, floatUpdates as never),
    StridedSlice: floatKernel("StridedSlice", stridedSlice),
    TensorScatterUpdate: making("TensorScatterUpdate", scatterUpdate, floatUpdates as never),
    Unpack: floatKernel("Unpack", unpack),
    ZerosLike: like("ZerosLike", 0),
  };
}
