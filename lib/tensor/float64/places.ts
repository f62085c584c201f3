/**
 * Kernels that read and write at places that integers name.
 *
 * @module
 */

import type { Values } from "../native/blas.ts";
import { type Call, cpuKernel, type Kernels, volume } from "../native/kernels.ts";
import { rowStrides } from "../native/strided.ts";
import type * as tf from "../tfjs.ts";

/** Where an index stands. */
function place(index: readonly number[], strides: readonly number[]): number {
  return index.reduce((sum, i, axis) => sum + i * strides[axis]!, 0);
}

type GatherNdCall = Call<"params" | "indices">;

function gatherNd(call: GatherNdCall): tf.TensorInfo {
  const { inputs: { params, indices }, backend } = call;
  if (params.dtype !== "float32") return cpuKernel("GatherNd")(call as never) as tf.TensorInfo;
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

/** What a scatter works on. */
interface Scatter {
  /** The shape of the result. */
  readonly shape: readonly number[];
  /** Its numbers before. */
  readonly out: Values;
  /** How an old number and an update become one. */
  readonly write: (old: number, update: number) => number;
}

/** Writes updates at indices. */
function scatter(
  { inputs: { indices, updates }, backend }: Call<"indices" | "updates">,
  { shape, out, write }: Scatter,
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

function scatterNd(call: ScatterCall): tf.TensorInfo {
  const { inputs, attrs: { shape }, backend } = call;
  if (inputs.updates.dtype !== "float32") {
    return cpuKernel("ScatterNd")(call as never) as tf.TensorInfo;
  }
  return scatter({ inputs, attrs: {}, backend }, {
    shape,
    out: backend.allocate(volume(shape)),
    write: (old, update) => old + update,
  });
}

type UpdateCall = Call<"tensor" | "indices" | "updates">;

function scatterUpdate(call: UpdateCall): tf.TensorInfo {
  const { inputs, backend } = call;
  if (inputs.updates.dtype !== "float32") {
    return cpuKernel("TensorScatterUpdate")(call as never) as tf.TensorInfo;
  }
  return scatter({ inputs, attrs: {}, backend }, {
    shape: inputs.tensor.shape,
    out: backend.floats(inputs.tensor).slice() as Values,
    write: (_, update) => update,
  });
}

/**
 * Lists the kernels of this file.
 *
 * @returns The kernels by name.
 */
export function placeKernels(): Kernels {
  return {
    GatherNd: gatherNd as unknown as tf.KernelFunc,
    ScatterNd: scatterNd as unknown as tf.KernelFunc,
    TensorScatterUpdate: scatterUpdate as unknown as tf.KernelFunc,
  };
}
