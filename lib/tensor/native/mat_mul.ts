/**
 * Kernels of matrix products, with batches that are broadcast in every way.
 *
 * @module
 */

import * as tf from "../tfjs.ts";
import type { NativeBackend } from "./backend.ts";
import { type Call, floatKernel, type Kernels, volume } from "./kernels.ts";

interface Transposes {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

function batchMatMul(
  { inputs: { a, b }, attrs, backend }: Call<"a" | "b", Transposes>,
): tf.TensorInfo {
  const { transposeA = false, transposeB = false } = attrs;
  const [aRows, aColumns] = a.shape.slice(-2) as [number, number];
  const [bRows, bColumns] = b.shape.slice(-2) as [number, number];
  const [rows, inner] = transposeA ? [aColumns, aRows] : [aRows, aColumns];
  const [other, columns] = transposeB ? [bColumns, bRows] : [bRows, bColumns];
  if (inner !== other) {
    throw new TypeError(
      `Cannot multiply matrices as their inner sizes must be equal: they are ${inner} and ${other}, shapes are [${
        a.shape.join(", ")
      }] and [${b.shape.join(", ")}]`,
    );
  }
  const outerA = a.shape.slice(0, -2);
  const outerB = b.shape.slice(0, -2);
  const outer = tf.backend_util.assertAndGetBroadcastShape(outerA, outerB);
  const out = backend.allocate(volume(outer) * rows * columns);
  const common = { transposeA, transposeB, a: backend.floats(a), b: backend.floats(b), c: out };
  const batches = volume(outer);
  if (volume(outerB) === 1 && batches === volume(outerA) && !transposeA) {
    // One matrix on the right: the batches on the left are so many more rows.
    backend.multiply({ ...common, rows: batches * rows, columns, inner });
  } else {
    const aPlaces = places(outer, outerA, rows * inner);
    const bPlaces = places(outer, outerB, inner * columns);
    const product = { ...common, rows, columns, inner };
    backend.multiplyBatch(
      product,
      Array.from(aPlaces, (a, i) => ({ a, b: bPlaces[i]!, c: i * rows * columns })),
    );
  }
  return backend.output([...outer, rows, columns], out);
}

/** Where the matrix of each batch begins, when `own` is broadcast to `outer`. */
function places(outer: readonly number[], own: readonly number[], size: number): Float64Array {
  const missing = outer.length - own.length;
  let result = Float64Array.of(0);
  let step = size * volume(own);
  outer.forEach((length, axis) => {
    const ownLength = axis < missing ? 1 : own[axis - missing]!;
    step /= ownLength || 1;
    const stride = ownLength === 1 ? 0 : step;
    const next = new Float64Array(result.length * length);
    result.forEach((place, i) => {
      for (let j = 0; j < length; j++) next[i * length + j] = place + j * stride;
    });
    result = next;
  });
  return result;
}

interface Fused extends Transposes {
  readonly activation?: string;
  readonly leakyreluAlpha?: number;
}

const activationKernels: Record<string, string> = {
  relu: "Relu",
  relu6: "Relu6",
  elu: "Elu",
  sigmoid: "Sigmoid",
  prelu: "Prelu",
  leakyrelu: "LeakyRelu",
};

/** tf.fused.matMul in steps: tfjs' own would take its own slow product. */
function fusedMatMul(
  { inputs, attrs, backend }: Call<"a" | "b" | "bias" | "preluActivationWeights", Fused>,
): tf.TensorInfo {
  const { a, b, bias, preluActivationWeights: alpha } = inputs;
  const steps: tf.TensorInfo[] = [batchMatMul({ inputs: { a, b }, attrs, backend })];
  const then = (name: string, inputs: Record<string, tf.TensorInfo>, attrs = {}) =>
    steps.push(step(backend, name, inputs, attrs));
  if (bias) then("Add", { a: steps.at(-1)!, b: bias });
  const { activation = "linear", leakyreluAlpha } = attrs;
  const name = activationKernels[activation];
  const x = steps.at(-1)!;
  if (name) then(name, name === "Prelu" ? { x, alpha } : { x }, { alpha: leakyreluAlpha });
  const result = steps.pop()!;
  for (const info of steps) backend.disposeIntermediateTensorInfo(info);
  return result;
}

/** Runs a kernel of this backend inside another. */
function step(
  backend: NativeBackend,
  name: string,
  inputs: Record<string, tf.TensorInfo>,
  attrs: Record<string, unknown>,
): tf.TensorInfo {
  const { kernelFunc } = tf.getKernel(name, backend.name);
  return kernelFunc({ inputs, attrs: attrs as tf.NamedAttrMap, backend }) as tf.TensorInfo;
}

/**
 * Lists the kernels of this file.
 *
 * @returns The kernels by name.
 */
export function matMulKernels(): Kernels {
  return {
    BatchMatMul: floatKernel("BatchMatMul", batchMatMul),
    _FusedMatMul: floatKernel("_FusedMatMul", fusedMatMul),
  };
}
