/**
 * From what a user gives as a value to a tensor that fits the touched part.
 *
 * @module
 */

import { tf } from "../tensor/mod.ts";
import { type Edit, editText, type Value } from "./edit.ts";

/**
 * Makes a value fit a part: its axes are the part's last ones, and missing leading axes are repeated.
 *
 * @throws {TypeError} If it does not fit, or its numbers are not all numbers.
 */
export function fitted(
  edit: Edit,
  value: Value,
  shape: readonly number[],
  axes: readonly string[],
): tf.Tensor {
  const tensor = asTensor(edit, value);
  const from = shape.length - tensor.rank;
  const fits = from >= 0 && tensor.shape.every((size, i) => size === shape[from + i] || size === 1);
  if (!fits) {
    const wanted = axes.map((axis, i) => `${axis} ${shape[i]}`).join(", ");
    throw new TypeError(
      `Cannot ${editText(edit)} as the value must fit [${wanted}]: its shape is [${
        tensor.shape.join(", ")
      }]`,
    );
  }
  return tf.broadcastTo(tensor.cast("float32"), shape as number[]);
}

function asTensor(edit: Edit, value: Value): tf.Tensor {
  if (value instanceof tf.Tensor) {
    if (!value.isDisposed) return value;
    throw new TypeError(`Cannot ${editText(edit)} as the value must not be disposed: it was`);
  }
  if (typeof value === "number") return tf.scalar(value);
  try {
    if (ArrayBuffer.isView(value)) return tf.tensor1d(Float32Array.from(value as Float32Array));
    return tf.tensor(value as number[]);
  } catch (error) {
    throw new TypeError(
      `Cannot ${editText(edit)} as the value must be a tensor, a number or rows of numbers: ${
        (error as Error).message
      }`,
    );
  }
}
