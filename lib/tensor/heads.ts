/**
 * Heads cut out of columns, and put back beside each other.
 *
 * @module
 */

import * as tf from "./tfjs.ts";
import { hasKernel, runKernel } from "./kernel.ts";

/** Options for {@linkcode splitHeads}. */
export interface SplitHeadsOptions {
  /** The number of heads. */
  readonly heads: number;
  /** The columns of one head. */
  readonly headWidth: number;
  /**
   * The first column of the first head.
   *
   * @default {0}
   */
  readonly offset?: number;
  /**
   * The columns from the beginning of one head to the beginning of the next.
   *
   * @default {headWidth}
   */
  readonly stride?: number;
}

/**
 * Cuts heads out of columns: head h takes `headWidth` columns from `offset + h * stride`.
 *
 * @param x The columns [batch, position, column].
 * @param options Where the heads are.
 * @returns The heads [head, batch, position, head_width].
 * @throws {TypeError} If the input has another rank than 3.
 * @throws {RangeError} If a head lies outside the columns.
 *
 * @example Usage
 * ```ts
 * import { splitHeads, tf } from "@innerworks/innerworks";
 *
 * const heads = splitHeads(tf.zeros([1, 5, 24]), { heads: 2, headWidth: 4, offset: 8 });
 * console.log(heads.shape); // [ 2, 1, 5, 4 ]
 * ```
 */
export function splitHeads(x: tf.Tensor, options: SplitHeadsOptions): tf.Tensor {
  const { heads, headWidth, offset = 0, stride = headWidth } = options;
  if (x.rank !== 3) {
    throw new TypeError(
      `Cannot split heads as the input must be [batch, position, column]: its shape is [${
        x.shape.join(", ")
      }]`,
    );
  }
  const [batch, positions, columns] = x.shape as [number, number, number];
  const end = offset + (heads - 1) * stride + headWidth;
  if (heads < 1 || headWidth < 1 || offset < 0 || stride < headWidth || end > columns) {
    throw new RangeError(
      `Cannot split heads as they must lie in ${columns} columns: ${heads} heads of ${headWidth} columns from ${offset} by ${stride} end at ${end}`,
    );
  }
  if (hasKernel("SplitHeads")) {
    return runKernel("SplitHeads", { x }, { heads, headWidth, offset, stride });
  }
  return tf.tidy(() => {
    const first = offset - offset % stride;
    const inside = offset - first;
    if (inside + headWidth <= stride && first + heads * stride <= columns) {
      return x.slice([0, 0, first], [batch, positions, heads * stride])
        .reshape([batch, positions, heads, stride])
        .slice([0, 0, 0, inside], [batch, positions, heads, headWidth])
        .transpose([2, 0, 1, 3]);
    }
    const parts = Array.from(
      { length: heads },
      (_, head) => x.slice([0, 0, offset + head * stride], [batch, positions, headWidth]),
    );
    // tfjs has no gradient of a stack of one.
    return parts.length === 1 ? parts[0]!.expandDims(0) : tf.stack(parts);
  });
}

/**
 * Puts heads beside each other in columns.
 *
 * @param z The heads [head, batch, position, head_width].
 * @returns The columns [batch, position, head * head_width].
 * @throws {TypeError} If the input has another rank than 4.
 *
 * @example Usage
 * ```ts
 * import { mergeHeads, tf } from "@innerworks/innerworks";
 *
 * console.log(mergeHeads(tf.zeros([2, 1, 5, 4])).shape); // [ 1, 5, 8 ]
 * ```
 */
export function mergeHeads(z: tf.Tensor): tf.Tensor {
  if (z.rank !== 4) {
    throw new TypeError(
      `Cannot merge heads as the input must be [head, batch, position, head_width]: its shape is [${
        z.shape.join(", ")
      }]`,
    );
  }
  if (hasKernel("MergeHeads")) return runKernel("MergeHeads", { z });
  const [heads, batch, positions, headWidth] = z.shape as [number, number, number, number];
  return tf.tidy(() => z.transpose([1, 2, 0, 3]).reshape([batch, positions, heads * headWidth]));
}
