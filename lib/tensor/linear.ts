/**
 * The affine map of a layer: a product with a weight, and a bias.
 *
 * @module
 */

import * as tf from "./tfjs.ts";
import { hasKernel, runKernel } from "./kernel.ts";

/** Options for {@linkcode linear}. */
export interface LinearOptions {
  /**
   * Whether the weight is stored [out, in], as torch's `Linear` and tied embeddings store it.
   *
   * @default {false}
   */
  readonly transposed?: boolean;
  /**
   * What the output is added to `[..., out]`, in one pass over the numbers where no gradient is recorded; to the bit
   * the sum of both.
   *
   * @default {nothing}
   */
  readonly onto?: tf.Tensor;
}

/**
 * Multiplies the last axis by a weight and adds a bias.
 *
 * @param x The input [..., in].
 * @param weight The weight [in, out], or [out, in] when `transposed`.
 * @param bias The bias [out], or null for none.
 * @param options How the weight is stored.
 * @returns The output [..., out].
 * @throws {TypeError} If the sizes do not fit.
 *
 * @example Usage
 * ```ts
 * import { linear, tf } from "@innerworks/innerworks";
 *
 * const weight = tf.tensor2d([[1, 2], [3, 4]]);
 * linear(tf.tensor1d([1, 1]), weight, tf.tensor1d([0, 1])).print(); // [4, 7]
 * ```
 */
export function linear(
  x: tf.Tensor,
  weight: tf.Tensor2D,
  bias: tf.Tensor1D | null,
  options: LinearOptions = {},
): tf.Tensor {
  const { transposed = false, onto } = options;
  const [width, out] = transposed ? [weight.shape[1], weight.shape[0]] : weight.shape;
  const fits = x.rank > 0 && x.shape.at(-1) === width && (bias === null || bias.shape[0] === out);
  if (weight.rank !== 2 || !fits) {
    throw new TypeError(
      `Cannot apply a weight as sizes must fit: input is [${x.shape.join(", ")}], weight is [${
        weight.shape.join(", ")
      }]${transposed ? " transposed" : ""}, bias is ${
        bias ? `[${bias.shape.join(", ")}]` : "none"
      }`,
    );
  }
  const outShape = [...x.shape.slice(0, -1), out];
  if (onto && !tf.util.arraysEqual(onto.shape, outShape)) {
    throw new TypeError(
      `Cannot apply a weight as what its output is added to must have its shape, [${
        outShape.join(", ")
      }]: current value is [${onto.shape.join(", ")}]`,
    );
  }
  const atOnce = onto && hasKernel("Linear") && tf.engine().state.gradientDepth === 0;
  if (onto && !atOnce) return tf.tidy(() => linear(x, weight, bias, { transposed }).add(onto));
  if (hasKernel("Linear")) {
    const inputs: Record<string, tf.Tensor> = { x, weight };
    if (bias) inputs["bias"] = bias;
    if (onto) inputs["onto"] = onto;
    return runKernel("Linear", inputs, { transposed });
  }
  return tf.tidy(() => {
    const rows = x.reshape<tf.Tensor2D>([-1, width]);
    // wasm multiplies by a transposed matrix 12 times more slowly, and the input is the small one.
    const product = transposed
      ? tf.matMul(weight, rows.transpose()).transpose()
      : tf.matMul(rows, weight);
    const sum = bias ? product.add(bias) : product;
    return sum.reshape(outShape);
  });
}
