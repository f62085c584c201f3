/**
 * What each head of attention writes, apart from the others.
 *
 * @module
 */

import { tf } from "../../tensor/mod.ts";
import type { Mechanisms } from "../mechanisms.ts";
import type { LinearMap } from "../weights.ts";
import { scaled } from "./scaled.ts";

/** What each head writes, `[head, batch, position, width]`. */
export function results(z: tf.Tensor, output: LinearMap, { linear }: Mechanisms): tf.Tensor {
  const [heads, , , headWidth] = z.shape as [number, number, number, number];
  const each = unstacked(z).map((own, head) => {
    const start = head * headWidth;
    const matrix = output.transposed
      ? tf.slice(output.matrix, [0, start], [-1, headWidth])
      : tf.slice(output.matrix, [start, 0], [headWidth, -1]);
    return linear(own, matrix as tf.Tensor2D, null, output).expandDims(0);
  });
  return heads === 1 ? each[0]! : tf.concat(each, 0);
}

/** The heads one by one; tfjs has no gradient of taking a single one off a stack. */
export function unstacked(x: tf.Tensor): tf.Tensor[] {
  return x.shape[0] === 1 ? [x.squeeze([0])] : tf.unstack(x);
}

/** What all heads write together, from what each of them does. */
export function sumOfHeads(results: tf.Tensor, { bias }: LinearMap, scale: number): tf.Tensor {
  const sum = tf.sum(results, 0);
  return bias ? sum.add(scaled(bias, scale)) : sum;
}
