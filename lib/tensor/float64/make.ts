/**
 * Kernels that make numbers: of nothing, of integers, of flags.
 *
 * @module
 */

import type { NativeBackend } from "../native/backend.ts";
import {
  type Call,
  cpuKernel,
  floatKernel,
  kernel,
  type Kernels,
  volume,
} from "../native/kernels.ts";
import { moveKernels } from "../native/move.ts";
import * as tf from "../tfjs.ts";

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
  return series(backend, length, (i) => start + i * step);
}

type LinSpaceCall = Call<never, { start: number; stop: number; num: number }>;

function linSpace({ attrs: { start, stop, num }, backend }: LinSpaceCall): tf.TensorInfo {
  return series(backend, num, (i) => num === 1 ? start : start + i * (stop - start) / (num - 1));
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

/** A tensor of rank 1 by index. */
function series(
  backend: NativeBackend,
  length: number,
  of: (index: number) => number,
): tf.TensorInfo {
  const out = backend.allocate(length);
  for (let i = 0; i < length; i++) out[i] = of(i);
  return backend.output([length], out);
}

/**
 * Lists the kernels of this file.
 *
 * @returns The kernels by name.
 */
export function makeKernels(): Kernels {
  const like = (name: string, value: number) =>
    floatKernel(
      name,
      ({ inputs: { x }, backend }: Call<"x">) =>
        fill({ inputs: {} as never, attrs: { shape: x.shape, value }, backend }),
    );
  return {
    Cast: cast as unknown as tf.KernelFunc,
    Fill: making<never, FillCall["attrs"]>(
      "Fill",
      fill,
      ({ attrs: { value, dtype } }) => (dtype ?? tf.util.inferDtype(value)) === "float32",
    ),
    LinSpace: kernel(linSpace),
    OneHot: making<"indices", OneHotCall["attrs"]>(
      "OneHot",
      oneHot,
      ({ attrs: { dtype } }) => dtype === "float32",
    ),
    OnesLike: like("OnesLike", 1),
    Range: making<never, RangeCall["attrs"]>(
      "Range",
      range,
      ({ attrs: { dtype } }) => dtype === "float32",
    ),
    ZerosLike: like("ZerosLike", 0),
  };
}
