/**
 * Matrix products.
 *
 * @module
 */

import { hasKernel } from "./kernel.ts";
import * as tf from "./tfjs.ts";

/**
 * Multiplies matrices, or batches of matrices whose outer axes are broadcast against each other.
 *
 * Unlike `tf.matMul` of tfjs 4.22 it is right for every pair of outer shapes, forward and backward.
 *
 * @param a Matrices [..., rows, inner], or [..., inner, rows] with `transposeA`.
 * @param b Matrices [..., inner, columns], or [..., columns, inner] with `transposeB`.
 * @param transposeA Whether the last two axes of `a` are swapped first.
 * @param transposeB Whether the last two axes of `b` are swapped first.
 * @returns The products [..., rows, columns].
 * @throws {TypeError} If a rank is under 2, the inner sizes differ or the outer shapes do not broadcast.
 *
 * @example Usage
 * ```ts
 * import { matMul, tf } from "@innerworks/innerworks";
 *
 * console.log(matMul(tf.ones([2, 1, 3, 4]), tf.ones([5, 4, 6])).shape); // [ 2, 5, 3, 6 ]
 * ```
 */
export function matMul(
  a: tf.Tensor,
  b: tf.Tensor,
  transposeA = false,
  transposeB = false,
): tf.Tensor {
  if (a.rank < 2 || b.rank < 2) {
    throw new TypeError(
      `Cannot multiply matrices as both must have rank 2 or more: shapes are [${
        a.shape.join(", ")
      }] and [${b.shape.join(", ")}]`,
    );
  }
  const inner = a.shape.at(transposeA ? -2 : -1)!;
  const other = b.shape.at(transposeB ? -1 : -2);
  if (inner !== other) {
    throw new TypeError(
      `Cannot multiply matrices as their inner sizes must be equal: they are ${inner} and ${other}, shapes are [${
        a.shape.join(", ")
      }] and [${b.shape.join(", ")}]`,
    );
  }
  const outer = broadcast(a.shape.slice(0, -2), b.shape.slice(0, -2));
  // Our own kernel broadcasts batches.
  if (hasKernel("Linear")) return tf.matMul(a, b, transposeA, transposeB);
  return tf.tidy(() => {
    if (b.rank === 2 && !transposeA && a.rank > 2) {
      const rows = a.reshape([-1, inner]);
      const columns = b.shape.at(transposeB ? -2 : -1)!;
      return tf.matMul(rows, b, false, transposeB).reshape([...a.shape.slice(0, -1), columns]);
    }
    const spread = (x: tf.Tensor) => tf.broadcastTo(x, [...outer, ...x.shape.slice(-2)]);
    const same = (x: tf.Tensor) =>
      x.shape.length === outer.length + 2 &&
      outer.every((size, i) => size === x.shape[i]);
    return tf.matMul(same(a) ? a : spread(a), same(b) ? b : spread(b), transposeA, transposeB);
  });
}

/** The shape that two outer shapes broadcast to. */
function broadcast(a: number[], b: number[]): number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const x = a[i - rank + a.length] ?? 1;
    const y = b[i - rank + b.length] ?? 1;
    if (x !== y && x !== 1 && y !== 1) {
      throw new TypeError(
        `Cannot multiply matrices as their outer shapes must broadcast: they are [${
          a.join(", ")
        }] and [${b.join(", ")}]`,
      );
    }
    return x === 1 ? y : x;
  });
}
