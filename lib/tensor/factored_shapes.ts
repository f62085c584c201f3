/**
 * The shapes of factors.
 *
 * @module
 */

import * as tf from "./tf.ts";

/**
 * Takes two factors over, their leading axes broadcast against each other.
 *
 * @param A The left factor [..., rows, inner].
 * @param B The right factor [..., inner, columns].
 * @returns Both with the same leading axes, kept from a surrounding `tf.tidy`.
 * @throws {TypeError} If one is no tensor of rank 2 or more, or their shapes do not fit.
 */
export function factorsOf(A: tf.Tensor, B: tf.Tensor): [tf.Tensor, tf.Tensor] {
  for (const [name, factor] of [["A", A], ["B", B]] as const) {
    if (factor instanceof tf.Tensor && factor.rank >= 2) continue;
    throw new TypeError(
      `Cannot factor a matrix as ${name} must be a tensor of rank 2 or more: current value is ${
        factor instanceof tf.Tensor
          ? `[${factor.shape.join(", ")}]`
          : Deno.inspect(factor, { depth: 0 })
      }`,
    );
  }
  const outer = outerOf(A.shape.slice(0, -2), B.shape.slice(0, -2));
  if (outer === null || A.shape.at(-1) !== B.shape.at(-2)) {
    throw new TypeError(
      `Cannot factor a matrix as [..., rows, inner] and [..., inner, columns] must fit: shapes are [${
        A.shape.join(", ")
      }] and [${B.shape.join(", ")}]`,
    );
  }
  return [tf.keep(spread(A, outer)), tf.keep(spread(B, outer))];
}

/**
 * Cuts a range out of an axis.
 *
 * @param of The tensor.
 * @param axis The axis; a negative one counts from the end.
 * @param range From where and up to but not where; all if null. Negative places count from the end.
 * @returns A new tensor.
 * @throws {RangeError} If the range is empty or leaves the axis.
 */
export function sliceOf(
  of: tf.Tensor,
  axis: number,
  range: readonly [from: number, to: number] | null,
): tf.Tensor {
  if (range === null) return of.clone();
  const place = axis < 0 ? of.rank + axis : axis, length = of.shape[place]!;
  const [from, to] = range.map((end) => end < 0 ? end + length : end) as [number, number];
  if (![from, to].every(Number.isInteger) || from < 0 || from >= to || to > length) {
    throw new RangeError(
      `Cannot cut a factored matrix as a range must lie within 0 to ${length}: current value is ${
        range.join(" to ")
      }`,
    );
  }
  const begin = of.shape.map((_, i) => i === place ? from : 0);
  return of.slice(begin, of.shape.map((size, i) => i === place ? to - from : size));
}

/**
 * Picks from the leading axes of a factor.
 *
 * @param of The factor.
 * @param indices An index for each of the first axes; negative ones count from the end.
 * @returns A new tensor without these axes.
 * @throws {RangeError} If there are more indices than leading axes, or one leaves its axis.
 */
export function picked(of: tf.Tensor, indices: readonly number[]): tf.Tensor {
  if (indices.length > of.rank - 2) {
    throw new RangeError(
      `Cannot pick from a factored matrix as there must be no more indices than leading axes: ${indices.length} and ${
        of.rank - 2
      }`,
    );
  }
  const part = indices.reduce((part, index, axis) => {
    const length = of.shape[axis]!;
    if (!Number.isInteger(index) || index < -length || index >= length) {
      throw new RangeError(
        `Cannot pick from a factored matrix as an index must lie within its axis: axis ${axis} has ${length}, the index is ${index}`,
      );
    }
    const from = index < 0 ? index + length : index;
    return sliceOf(part, axis, [from, from + 1]);
  }, of.clone());
  return part.reshape(of.shape.slice(indices.length));
}

/**
 * Refuses a product that is not square.
 *
 * @param purpose What is done with it, for the error.
 * @param shape The shape of the product.
 * @throws {TypeError} If its last two axes differ.
 */
export function refuseOblongShape(purpose: string, shape: readonly number[]): void {
  const [rows, columns] = shape.slice(-2);
  if (rows === columns) return;
  throw new TypeError(
    `Cannot ${purpose} as it must be square: it has ${rows} rows and ${columns} columns`,
  );
}

/**
 * Swaps the last two axes.
 *
 * @param of The tensor.
 * @returns A new one.
 */
export function turned(of: tf.Tensor): tf.Tensor {
  const order = [...of.shape.keys()];
  order.push(...order.splice(-2).reverse());
  return of.transpose(order);
}

/** The leading axes of both, or null if they do not fit. */
function outerOf(a: readonly number[], b: readonly number[]): number[] | null {
  const rank = Math.max(a.length, b.length);
  const one = (length: number) => Array.from({ length }, () => 1);
  const [x, y] = [[...one(rank - a.length), ...a], [...one(rank - b.length), ...b]];
  if (x.some((size, i) => size !== y[i] && size !== 1 && y[i] !== 1)) return null;
  return x.map((size, i) => size === 1 ? y[i]! : size);
}

/** A factor with all leading axes; it is used up. */
function spread(factor: tf.Tensor, outer: readonly number[]): tf.Tensor {
  const shape = [...outer, ...factor.shape.slice(-2)];
  if (shape.join() === factor.shape.join()) return factor;
  const made = tf.broadcastTo(factor, shape);
  factor.dispose();
  return made;
}
