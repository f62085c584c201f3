/**
 * LayerNorm and RMSNorm, whole and in the parts that interpretability needs: scale, normalised
 * input, gain and bias.
 *
 * Ba, Kiros and Hinton, "Layer Normalization", 2016, https://arxiv.org/abs/1607.06450; Zhang and
 * Sennrich, "Root Mean Square Layer Normalization", 2019, https://arxiv.org/abs/1910.07467.
 *
 * @module
 */

import * as tf from "./tfjs.ts";
import { hasKernel, runKernel } from "./kernel.ts";

/**
 * Measures what LayerNorm divides by.
 *
 * @param x The input [..., width].
 * @param epsilon What is added to the variance.
 * @returns The scale [..., 1], the root of the population variance plus epsilon.
 *
 * @example Usage
 * ```ts
 * import { layerNormScale, tf } from "@innerworks/innerworks";
 *
 * layerNormScale(tf.tensor2d([[1, 3]]), 0).print(); // [[1]]
 * ```
 */
export function layerNormScale(x: tf.Tensor, epsilon: number): tf.Tensor {
  if (hasKernel("NormScale")) return runKernel("NormScale", { x }, { epsilon, centre: true });
  return tf.tidy(() => x.sub(x.mean(-1, true)).square().mean(-1, true).add(epsilon).sqrt());
}

/**
 * Measures what RMSNorm divides by.
 *
 * @param x The input [..., width].
 * @param epsilon What is added to the mean square.
 * @returns The scale [..., 1], the root of the mean square plus epsilon.
 *
 * @example Usage
 * ```ts
 * import { rmsNormScale, tf } from "@innerworks/innerworks";
 *
 * rmsNormScale(tf.tensor2d([[3, 3]]), 0).print(); // [[3]]
 * ```
 */
export function rmsNormScale(x: tf.Tensor, epsilon: number): tf.Tensor {
  if (hasKernel("NormScale")) return runKernel("NormScale", { x }, { epsilon, centre: false });
  return tf.tidy(() => x.square().mean(-1, true).add(epsilon).sqrt());
}

/** Options for {@linkcode normalize}. */
export interface NormalizeOptions {
  /** Whether the mean of the last axis is taken off first, as LayerNorm does and RMSNorm does not. */
  readonly centre: boolean;
}

/**
 * Divides by a scale that was measured, or edited, before.
 *
 * @param x The input [..., width].
 * @param scale The scale [..., 1].
 * @param options Whether the mean is taken off.
 * @returns The normalised input [..., width].
 *
 * @example Usage
 * ```ts
 * import { normalize, tf } from "@innerworks/innerworks";
 *
 * const x = tf.tensor2d([[1, 3]]);
 * normalize(x, tf.tensor2d([[2]]), { centre: true }).print(); // [[-0.5, 0.5]]
 * ```
 */
export function normalize(x: tf.Tensor, scale: tf.Tensor, options: NormalizeOptions): tf.Tensor {
  const { centre } = options;
  if (hasKernel("Normalize") && sameRows(x, scale)) {
    return runKernel("Normalize", { x, scale }, { centre });
  }
  return tf.tidy(() => (centre ? x.sub(x.mean(-1, true)) : x).div(scale));
}

/**
 * Multiplies the last axis by a gain and adds a bias.
 *
 * @param x The input [..., width].
 * @param gain The gain [width].
 * @param bias The bias [width], or null for none.
 * @returns The output [..., width].
 *
 * @example Usage
 * ```ts
 * import { affine, tf } from "@innerworks/innerworks";
 *
 * affine(tf.tensor1d([1, 2]), tf.tensor1d([2, 3]), tf.tensor1d([0, 1])).print(); // [2, 7]
 * ```
 */
export function affine(x: tf.Tensor, gain: tf.Tensor1D, bias: tf.Tensor1D | null): tf.Tensor {
  checkWidth(x, gain, bias);
  if (hasKernel("Affine")) return runKernel("Affine", bias ? { x, gain, bias } : { x, gain });
  return tf.tidy(() => bias ? x.mul(gain).add(bias) : x.mul(gain));
}

/**
 * Applies LayerNorm to the last axis.
 *
 * @param x The input [..., width].
 * @param gain The gain [width].
 * @param bias The bias [width], or null for none.
 * @param epsilon What is added to the variance.
 * @returns The output [..., width]; on the native backend bit for bit what
 * {@linkcode layerNormScale}, {@linkcode normalize} and {@linkcode affine} give in turn.
 *
 * @example Usage
 * ```ts
 * import { layerNorm, tf } from "@innerworks/innerworks";
 *
 * layerNorm(tf.tensor1d([1, 3]), tf.tensor1d([1, 1]), tf.tensor1d([0, 5]), 0).print(); // [-1, 6]
 * ```
 */
export function layerNorm(
  x: tf.Tensor,
  gain: tf.Tensor1D,
  bias: tf.Tensor1D | null,
  epsilon: number,
): tf.Tensor {
  checkWidth(x, gain, bias);
  if (hasKernel("Norm")) {
    return runKernel("Norm", bias ? { x, gain, bias } : { x, gain }, { epsilon, centre: true });
  }
  return tf.tidy(() =>
    affine(normalize(x, layerNormScale(x, epsilon), { centre: true }), gain, bias)
  );
}

/**
 * Applies RMSNorm to the last axis.
 *
 * @param x The input [..., width].
 * @param gain The gain [width].
 * @param epsilon What is added to the mean square.
 * @returns The output [..., width].
 *
 * @example Usage
 * ```ts
 * import { rmsNorm, tf } from "@innerworks/innerworks";
 *
 * rmsNorm(tf.tensor1d([3, 3]), tf.tensor1d([1, 2]), 0).print(); // [1, 2]
 * ```
 */
export function rmsNorm(x: tf.Tensor, gain: tf.Tensor1D, epsilon: number): tf.Tensor {
  checkWidth(x, gain, null);
  if (hasKernel("Norm")) return runKernel("Norm", { x, gain }, { epsilon, centre: false });
  return tf.tidy(() =>
    affine(normalize(x, rmsNormScale(x, epsilon), { centre: false }), gain, null)
  );
}

/** A norm in its parts. */
export interface NormParts {
  /** What the input is divided by [..., 1]. */
  readonly scale: tf.Tensor;
  /** The normalised input [..., width]. */
  readonly normalized: tf.Tensor;
  /** That after gain and bias [..., width]. */
  readonly output: tf.Tensor;
}

/** Options for {@linkcode normInParts}. */
export interface NormInPartsOptions extends NormalizeOptions {
  /** What is added to the mean square. */
  readonly epsilon: number;
}

/**
 * Applies LayerNorm or RMSNorm to the last axis, and gives what stands on the way.
 *
 * @param x The input [..., width].
 * @param gain The gain [width].
 * @param bias The bias [width], or null for none.
 * @param options Whether the mean is taken off, and what is added to the mean square.
 * @returns What {@linkcode layerNormScale} or {@linkcode rmsNormScale}, {@linkcode normalize} and {@linkcode affine} give in
 * turn, bit for bit.
 *
 * @example Usage
 * ```ts
 * import { normInParts, tf } from "@innerworks/innerworks";
 *
 * const parts = normInParts(tf.tensor1d([1, 3]), tf.tensor1d([2, 2]), null, { centre: true, epsilon: 0 });
 * parts.scale.print(); // [1]
 * parts.output.print(); // [-2, 2]
 * ```
 */
export function normInParts(
  x: tf.Tensor,
  gain: tf.Tensor1D,
  bias: tf.Tensor1D | null,
  { centre, epsilon }: NormInPartsOptions,
): NormParts {
  checkWidth(x, gain, bias);
  const engine = tf.engine();
  // Gradients run through the steps.
  if (hasKernel("NormParts") && engine.state.gradientDepth === 0) {
    const inputs: Record<string, tf.Tensor> = bias ? { x, gain, bias } : { x, gain };
    const [scale, normalized, output] = engine.runKernel("NormParts", inputs, {
      centre,
      epsilon,
    }) as [tf.Tensor, tf.Tensor, tf.Tensor];
    return { scale, normalized, output };
  }
  const scale = centre ? layerNormScale(x, epsilon) : rmsNormScale(x, epsilon);
  const normalized = normalize(x, scale, { centre });
  return { scale, normalized, output: affine(normalized, gain, bias) };
}

/** Whether the scale has one number for each row of the input. */
function sameRows(x: tf.Tensor, scale: tf.Tensor): boolean {
  return scale.rank === x.rank && scale.shape.at(-1) === 1 &&
    x.shape.slice(0, -1).every((size, i) => size === scale.shape[i]);
}

/** Refuses a gain or a bias of another width than the input. */
function checkWidth(x: tf.Tensor, gain: tf.Tensor1D, bias: tf.Tensor1D | null): void {
  const width = x.shape.at(-1);
  for (const [name, vector] of [["gain", gain], ["bias", bias]] as const) {
    if (vector && (vector.rank !== 1 || vector.shape[0] !== width)) {
      throw new TypeError(
        `Cannot apply a norm as its ${name} must have the width of the input: ${name} is [${
          vector.shape.join(", ")
        }], input is [${x.shape.join(", ")}]`,
      );
    }
  }
}
