/**
 * From what a user gives as a value to a tensor that fits the touched part.
 *
 * @module
 */

import { tf } from "../tensor/mod.ts";
import { type Edit, editText, type NestedNumbers, type Value } from "./edit.ts";

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
  const refuse = (why: string): never => {
    throw new TypeError(
      `Cannot ${editText(edit)} as the value must be a tensor, a number or rows of numbers: ${why}`,
    );
  };
  if (value instanceof tf.Tensor) {
    if (value.isDisposed) {
      throw new TypeError(`Cannot ${editText(edit)} as the value must not be disposed: it was`);
    }
    return value.dtype === "string" ? refuse("it is text") : value;
  }
  if (typeof value === "number") return tf.scalar(value);
  const other = strange(value);
  if (other !== null) return refuse(`it ${Array.isArray(value) ? "holds" : "is"} ${other}`);
  if (ArrayBuffer.isView(value)) return tf.tensor1d(Float32Array.from(value as Float32Array));
  const shape = sizes(value as NestedNumbers);
  // tfjs looks at the first row alone, and would take rows of other lengths for it.
  return shape ? tf.tensor(value as number[], shape) : refuse("its rows differ in length");
}

/** The sizes of rows of numbers; null where they differ. */
function sizes(value: NestedNumbers | number): number[] | null {
  if (typeof value === "number") return [];
  const [first, ...others] = value.map((row) => sizes(row));
  if (first === undefined) return [0];
  if (first === null || others.some((other) => other?.join() !== first.join())) return null;
  return [value.length, ...first];
}

/** What a value is or holds that is no number, in words; null where there is nothing such. */
function strange(value: unknown): string | null {
  if (typeof value === "number") return null;
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) {
      const found = strange(value[i]);
      if (found !== null) return found;
    }
    return null;
  }
  if (ArrayBuffer.isView(value) && "length" in value) {
    return /^BigU?int/i.test(value.constructor.name) ? "integers of 64 bits" : null;
  }
  return typeof value === "string"
    ? "text"
    : value === null
    ? "null"
    : `a value of type ${typeof value}`;
}
