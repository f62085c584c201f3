/**
 * The kernel of {@linkcode linear}, and its gradient.
 *
 * @module
 */

import * as tf from "../tfjs.ts";
import { linear } from "../linear.ts";
import { type Call, kernel, type Kernels, volume } from "./kernels.ts";
import { addArray, addToRows } from "./simd/sums.ts";

type LinearCall = Call<"x" | "weight" | "bias" | "onto", { transposed: boolean }>;

function run({ inputs: { x, weight, bias, onto }, attrs, backend }: LinearCall): tf.TensorInfo {
  const { transposed } = attrs;
  const inner = weight.shape[transposed ? 1 : 0]!;
  const columns = weight.shape[transposed ? 0 : 1]!;
  const outer = x.shape.slice(0, -1);
  const rows = volume(outer);
  const c = backend.allocate(rows * columns);
  const [a, b] = [backend.floats(x), backend.floats(weight)];
  backend.multiply({ a, b, c, rows, columns, inner, transposeB: transposed });
  const row = bias ? backend.floats(bias) : null;
  if (onto) addArray(c, backend.floats(onto), row);
  else if (row) addToRows(c, row);
  return backend.output([...outer, columns], c);
}

/**
 * Lists the kernels of this file.
 *
 * @returns The kernels by name.
 */
export function linearKernels(): Kernels {
  return { Linear: kernel(run) };
}

/** Registers the gradients of this file. */
export function registerLinearGradient(): void {
  tf.registerGradient({
    kernelName: "Linear",
    inputsToSave: ["x", "weight"],
    gradFunc: (gradient, saved, attrs) => {
      const [x, weight] = saved as [tf.Tensor, tf.Tensor2D];
      const transposed = attrs["transposed"] as unknown as boolean;
      const dy = gradient as tf.Tensor;
      const rows = (t: tf.Tensor) => t.reshape<tf.Tensor2D>([-1, t.shape.at(-1)!]);
      return {
        x: () => linear(dy, weight, null, { transposed: !transposed }),
        weight: () =>
          transposed
            ? tf.matMul(rows(dy), rows(x), true, false)
            : tf.matMul(rows(x), rows(dy), true, false),
        bias: () => rows(dy).sum(0),
      };
    },
  });
}
