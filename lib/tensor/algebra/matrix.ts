/**
 * Matrices of doubles, and their way out of tensors and back.
 *
 * @module
 */

import * as tf from "../tf.ts";

/** A matrix of doubles, row by row. */
export interface Matrix {
  /** Its numbers, `rows * columns` of them. */
  readonly values: Float64Array<ArrayBuffer>;
  /** How many rows it has. */
  readonly rows: number;
  /** How many columns it has. */
  readonly columns: number;
}

/** The matrices that a tensor holds. */
export interface Matrices {
  /** The sizes of the axes before the last two. */
  readonly batch: readonly number[];
  /** The matrices, in order. */
  readonly list: readonly Matrix[];
  /** How many rows each has. */
  readonly rows: number;
  /** How many columns each has. */
  readonly columns: number;
}

/**
 * Makes a matrix.
 *
 * @param rows How many rows.
 * @param columns How many columns.
 * @param at The number at a place; zeros unless given.
 * @returns The matrix.
 */
export function matrix(
  rows: number,
  columns: number,
  at?: (row: number, column: number) => number,
): Matrix {
  const values = new Float64Array(rows * columns);
  if (at) {
    for (let i = 0, p = 0; i < rows; i++) {
      for (let j = 0; j < columns; j++) values[p++] = at(i, j);
    }
  }
  return { values, rows, columns };
}

/**
 * Turns a matrix over its diagonal.
 *
 * @param of The matrix.
 * @returns A new one.
 */
export function transposed({ values, rows, columns }: Matrix): Matrix {
  const made = matrix(columns, rows), turned = made.values;
  // In squares, so that what is read and what is written both stay in the cache.
  for (let top = 0; top < rows; top += 32) {
    const bottom = Math.min(top + 32, rows);
    for (let j = 0; j < columns; j++) {
      for (let i = top; i < bottom; i++) turned[j * rows + i] = values[i * columns + j]!;
    }
  }
  return made;
}

/**
 * Reads the matrices in the last two axes of a tensor.
 *
 * @param purpose What is done with them, for the errors, such as "decompose a matrix".
 * @param tensor The tensor [..., rows, columns], which is left alone.
 * @returns Copies of the matrices.
 * @throws {TypeError} If it is no tensor of numbers of rank 2 or more.
 * @throws {RangeError} If a matrix has no number, or one is not finite.
 */
export async function readMatrices(purpose: string, tensor: tf.Tensor): Promise<Matrices> {
  if (!(tensor instanceof tf.Tensor) || tensor.rank < 2 || !isNumeric(tensor)) {
    const found = tensor instanceof tf.Tensor
      ? `[${tensor.shape.join(", ")}] of ${tensor.dtype}`
      : Deno.inspect(tensor, { depth: 0 });
    throw new TypeError(
      `Cannot ${purpose} as it must be a tensor of numbers [..., rows, columns]: current value is ${found}`,
    );
  }
  const [rows, columns] = tensor.shape.slice(-2) as [number, number], size = rows * columns;
  if (size === 0) {
    throw new RangeError(
      `Cannot ${purpose} as it must have a row and a column: its shape is [${
        tensor.shape.join(", ")
      }]`,
    );
  }
  const values = new Float64Array(await tensor.data()), odd = firstOdd(values);
  if (odd >= 0) {
    throw new RangeError(
      `Cannot ${purpose} as its numbers must be finite: at [${
        place(odd, tensor.shape).join(", ")
      }] is ${values[odd]}`,
    );
  }
  const batch = tensor.shape.slice(0, -2);
  const list = Array.from({ length: values.length / size }, (_, i) => ({
    values: values.slice(i * size, (i + 1) * size),
    rows,
    columns,
  }));
  return { batch, list, rows, columns };
}

/**
 * Refuses matrices that are not square.
 *
 * @param purpose What is done with them, for the error.
 * @param matrices The matrices.
 * @throws {TypeError} If they are not.
 */
export function refuseOblong(purpose: string, { rows, columns }: Matrices): void {
  if (rows === columns) return;
  throw new TypeError(
    `Cannot ${purpose} as it must be square: it has ${rows} rows and ${columns} columns`,
  );
}

/**
 * Puts numbers of a batch into one tensor, which the caller owns.
 *
 * @param batch The sizes of the leading axes.
 * @param list The numbers of each entry of the batch.
 * @param shape The shape of an entry.
 * @returns The tensor [...batch, ...shape].
 */
export function stacked(
  batch: readonly number[],
  list: readonly Float64Array[],
  shape: readonly number[],
): tf.Tensor {
  const size = shape.reduce((product, length) => product * length, 1);
  // Most backends keep 32 bits, and rounding here is quicker than in tfjs.
  const kind = tf.getBackend() === "float64" ? Float64Array : Float32Array;
  const values = new kind(list.length * size);
  list.forEach((each, i) => values.set(each, i * size));
  return tf.tensor(values, [...batch, ...shape]);
}

/** The first number that is not finite, or -1. */
function firstOdd(values: Float64Array): number {
  for (let i = 0; i < values.length; i++) if (!Number.isFinite(values[i]!)) return i;
  return -1;
}

/** Whether the numbers of a tensor can be decomposed. */
function isNumeric({ dtype }: tf.Tensor): boolean {
  return dtype === "float32" || dtype === "int32";
}

/** Where in a tensor a number stands. */
function place(index: number, shape: readonly number[]): number[] {
  return shape.map((length, axis) => {
    const below = shape.slice(axis + 1).reduce((product, each) => product * each, 1);
    return Math.floor(index / below) % length;
  });
}
