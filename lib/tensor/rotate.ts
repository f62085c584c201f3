/**
 * Rotary position embedding.
 *
 * Su et al., "RoFormer: Enhanced Transformer with Rotary Position Embedding", 2021,
 * https://arxiv.org/abs/2104.09864, section 3.4.
 *
 * @module
 */

import * as tf from "./tfjs.ts";
import { hasKernel, runKernel } from "./kernel.ts";

/** Options for {@linkcode rotate}. */
export interface RotateOptions {
  /**
   * Which columns turn together: column i with i + rotated/2 (`half`, as Llama and GPT-NeoX), or
   * 2 i with 2 i + 1 (`interleaved`, as the paper and GPT-J).
   *
   * @default {"half"}
   */
  readonly pairing?: "half" | "interleaved";
}

/**
 * Turns pairs of columns by an angle per position; columns after the rotated ones pass through.
 *
 * @param x The queries or keys [head, batch, position, head_width].
 * @param cosines The cosine of each pair's angle [position, rotated/2].
 * @param sines The sine of each pair's angle [position, rotated/2].
 * @param options Which columns are a pair.
 * @returns The rotated queries or keys [head, batch, position, head_width].
 * @throws {TypeError} If the sizes do not fit.
 *
 * @example Usage
 * ```ts
 * import { rotate, tf } from "@innerworks/innerworks";
 *
 * const x = tf.tensor4d([[[[1, 0, 5]]]]);
 * rotate(x, tf.tensor2d([[0]]), tf.tensor2d([[1]])).print(); // [[[[0, 1, 5]]]]
 * ```
 */
export function rotate(
  x: tf.Tensor,
  cosines: tf.Tensor2D,
  sines: tf.Tensor2D,
  options: RotateOptions = {},
): tf.Tensor {
  const { pairing = "half" } = options;
  const pairs = cosines.shape[1];
  const [positions, width] = x.shape.slice(-2) as [number, number];
  const fits = x.rank >= 2 && cosines.rank === 2 && sines.rank === 2 && 2 * pairs <= width &&
    cosines.shape[0] === positions && sines.shape[0] === positions && sines.shape[1] === pairs;
  if (!fits) {
    throw new TypeError(
      `Cannot rotate as angles must be [position, rotated/2]: input is [${
        x.shape.join(", ")
      }], cosines are [${cosines.shape.join(", ")}], sines are [${sines.shape.join(", ")}]`,
    );
  }
  if (hasKernel("Rotate")) return runKernel("Rotate", { x, cosines, sines }, { pairing });
  return tf.tidy(() => {
    const [first, second] = splitPairs(x, pairs, pairing);
    const turned = [
      first.mul(cosines).sub(second.mul(sines)),
      second.mul(cosines).add(first.mul(sines)),
    ];
    const outer = x.shape.slice(0, -1);
    const rotated = pairing === "half"
      ? tf.concat(turned, -1)
      : tf.stack(turned, -1).reshape([...outer, 2 * pairs]);
    if (2 * pairs === width) return rotated;
    const none = outer.map(() => 0);
    return tf.concat([rotated, x.slice([...none, 2 * pairs], [...outer, width - 2 * pairs])], -1);
  });
}

/**
 * Separates the columns that turn together.
 *
 * @param x The queries or keys [..., head_width].
 * @param pairs How many pairs turn.
 * @param pairing Which columns are a pair.
 * @returns The first and the second column of each pair [..., rotated/2].
 */
export function splitPairs(
  x: tf.Tensor,
  pairs: number,
  pairing: "half" | "interleaved",
): [first: tf.Tensor, second: tf.Tensor] {
  const outer = x.shape.slice(0, -1);
  const none = outer.map(() => 0);
  if (pairing === "half") {
    return [
      x.slice([...none, 0], [...outer, pairs]),
      x.slice([...none, pairs], [...outer, pairs]),
    ];
  }
  const both = x.slice([...none, 0], [...outer, 2 * pairs]).reshape([...outer, pairs, 2]);
  return tf.unstack(both, -1) as [tf.Tensor, tf.Tensor];
}
