/**
 * From what a user gives as a value to a tensor that fits the touched part.
 *
 * @module
 */

import { tf } from "../tensor/mod.ts";
import type { NestedNumbers, Value } from "./edit.ts";
import { givenText } from "./edit_where.ts";
import { type Piece, positionAxis, positionsTouched, type Reach } from "./selection.ts";

/** Numbers that were given, and not taken from a run. */
export type GivenValue = tf.Tensor | number | ArrayLike<number> | NestedNumbers;

/** What a value has to fit. */
export interface Fit {
  /** What the edit touches. */
  readonly reach: Reach;
  /** The sizes of the site's axes, those of batch and columns aside. */
  readonly shape: readonly number[];
  /** How many columns the whole run has; null where they grow. */
  readonly columns: number | null;
}

/**
 * The sizes that a value's axes may have, from the touched part; null where the part differs from example to example, or
 * grows, so that one row must do for all.
 */
function sizesOf({ reach, shape, columns }: Fit): (number | null)[] {
  return reach.axes.map((axis, i) => {
    if (axis === "batch") return reach.examples.length;
    if (axis === "key") return reach.keys ? positionsTouched(reach.keys) : columns;
    if (i !== positionAxis(reach.axes)) return reach.indices[i]?.length ?? shape[i]!;
    return positionsTouched(reach.columns) ?? (isOpen(reach) ? columns : null);
  });
}

/** Whether an edit says nothing of positions, so that a value may have a row for each column, padding included. */
function isOpen({ columns }: Reach): boolean {
  return columns.every((own) => !("length" in own));
}

/**
 * Checks that a value fits a part: its axes are the part's last ones, and missing leading axes are repeated.
 *
 * @throws {TypeError} If it does not fit, or its numbers are not all numbers.
 */
export function checkValue(value: Value, fit: Fit, name = "value"): void {
  const { purpose, axes } = fit.reach, given = shapeOfValue(value as GivenValue, purpose, name);
  const sizes = sizesOf(fit), from = sizes.length - given.length;
  const fits = from >= 0 &&
    given.every((size, i) =>
      size === 1 || size === sizes[from + i] || size === columnCount(fit, from + i)
    );
  if (fits) return;
  const wanted = axes.map((axis, i) => `${axis} ${sizes[i] ?? 1}`).join(", ");
  throw new TypeError(
    `Cannot ${purpose} as the ${name} must fit [${wanted}]: its shape is [${given.join(", ")}]`,
  );
}

/** How many rows a value may also have on an axis: one for each column, where the edit names no positions. */
function columnCount({ reach, columns }: Fit, axis: number): number | null {
  if (axis === positionAxis(reach.axes)) return isOpen(reach) ? columns : null;
  return reach.axes[axis] === "key" && reach.keys === null ? columns : null;
}

/**
 * Makes a value fit a piece of the touched part.
 *
 * @param value The value, checked before.
 * @param fit What the edit touches.
 * @param piece The piece.
 * @param name What the value is called.
 */
export function fitted(value: GivenValue, fit: Fit, piece: Piece, name = "value"): tf.Tensor {
  const { axes, purpose } = fit.reach, place = positionAxis(axes);
  const tensor = asTensor(value, purpose, name), from = axes.length - tensor.rank;
  const part = tensor.shape.reduce<tf.Tensor>((part, size, i) => {
    const axis = from + i;
    if (size === 1) return part;
    if (axes[axis] === "batch") return pick(part, i, piece.examples);
    if (axis !== place && axes[axis] !== "key") return part;
    const query = axis === place;
    // As many rows as the run has columns are one for each of these; else there is one for each touched position.
    return columnCount(fit, axis) === size
      ? pick(part, i, query ? piece.columns : piece.keys)
      : pick(part, i, query ? piece.places : piece.keyPlaces);
  }, tensor.cast("float32"));
  return tf.broadcastTo(part, piece.shape as number[]);
}

/** Picks rows of an axis; all of them in their order are the tensor itself. */
export function pick(x: tf.Tensor, axis: number, rows: readonly number[]): tf.Tensor {
  if (rows.length === x.shape[axis] && rows.every((row, i) => row === i)) return x;
  return tf.gather(x, tf.tensor1d([...rows], "int32"), axis);
}

/** The sizes of a value's axes. */
export function shapeOfValue(
  value: GivenValue,
  purpose: string,
  name = "value",
): readonly number[] {
  const refuse = (why: string): never => {
    throw new TypeError(
      `Cannot ${purpose} as the ${name} must be a tensor, a number or rows of numbers: ${why}`,
    );
  };
  if (value instanceof tf.Tensor) {
    if (value.isDisposed) {
      throw new TypeError(`Cannot ${purpose} as the ${name} must not be disposed: it was`);
    }
    return value.dtype === "string" ? refuse("it is text") : value.shape;
  }
  if (typeof value === "number") return [];
  const other = strange(value);
  if (other !== null) return refuse(`it ${Array.isArray(value) ? "holds" : "is"} ${other}`);
  // tfjs looks at the first row alone, and would take rows of other lengths for it.
  return ArrayBuffer.isView(value)
    ? [(value as unknown as ArrayLike<number>).length]
    : sizes(value as NestedNumbers) ?? refuse("its rows differ in length");
}

/**
 * A value as a tensor; one that was given as a tensor is that very one.
 *
 * @throws {TypeError} If its numbers are not all numbers.
 */
export function asTensor(value: GivenValue, purpose: string, name = "value"): tf.Tensor {
  const shape = shapeOfValue(value, purpose, name);
  if (value instanceof tf.Tensor) return value;
  if (typeof value === "number") return tf.scalar(value);
  if (ArrayBuffer.isView(value)) {
    const list = value as unknown as ArrayLike<number>;
    // Doubles stay doubles where the backend holds them; everything else fits into singles.
    return list instanceof Float64Array ? tf.tensor1d(list) : tf.tensor1d(Float32Array.from(list));
  }
  return tf.tensor(value as number[], [...shape]);
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
  return typeof value === "string" ? "text" : givenText(value, "; give ofCache() of its cache");
}
