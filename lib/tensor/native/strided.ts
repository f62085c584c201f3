/**
 * Walks over axes with any strides: what slicing, transposing, repeating and padding have in common.
 *
 * @module
 */

import type { Values } from "./blas.ts";

/** Axes laid over an array, outermost first. */
export interface View {
  /** The size of each axis. */
  readonly shape: readonly number[];
  /** How far apart neighbours of an axis stand. */
  readonly strides: readonly number[];
  /** Where the first number stands. */
  readonly offset: number;
}

/**
 * Computes the strides of an array that is stored row by row.
 *
 * @param shape The size of each axis.
 * @returns The stride of each axis.
 */
export function rowStrides(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length);
  for (let axis = shape.length - 1, step = 1; axis >= 0; axis--) {
    strides[axis] = step;
    step *= shape[axis]!;
  }
  return strides;
}

/**
 * Joins neighbouring axes that can be walked as one, and drops axes of size 1.
 *
 * @param view The axes.
 * @returns The fewest axes that visit the same numbers in the same order.
 */
export function collapse(view: View): View {
  const shape: number[] = [];
  const strides: number[] = [];
  view.shape.forEach((size, axis) => {
    const stride = view.strides[axis]!;
    const last = shape.length - 1;
    if (size === 1) return;
    if (last >= 0 && strides[last] === stride * size) {
      shape[last]! *= size;
      strides[last] = stride;
    } else {
      shape.push(size);
      strides.push(stride);
    }
  });
  return { shape, strides, offset: view.offset };
}

/**
 * Copies what a view sees into an array, row by row.
 *
 * @param source What the view lies over.
 * @param view The axes.
 * @param out Where the numbers go, from its beginning.
 */
export function readView(source: Values, view: View, out: Values): void {
  if (out.length === 0) return;
  const { shape, strides, offset } = collapse(view);
  const last = shape.length - 1;
  if (last < 0) {
    out[0] = source[offset]!;
    return;
  }
  if (last > 0 && strides[last]! > 1 && strides[last - 1] === 1) {
    readTransposed(source, { shape, strides, offset }, out);
    return;
  }
  const run = shape[last]!;
  const step = strides[last]!;
  walk(shape.slice(0, last), strides, offset, (from, row) => {
    const to = row * run;
    if (step === 0) out.fill(source[from]!, to, to + run);
    else if (step === 1 && run >= 24) out.set(source.subarray(from, from + run), to);
    else for (let i = 0, p = from; i < run; i++, p += step) out[to + i] = source[p]!;
  });
}

/**
 * Copies an array, row by row, to where a view points.
 *
 * @param source The numbers, from the beginning.
 * @param view The axes; no two of its places are the same.
 * @param out What the view lies over.
 */
export function writeView(source: Values, view: View, out: Values): void {
  if (source.length === 0) return;
  const { shape, strides, offset } = collapse(view);
  const last = shape.length - 1;
  if (last < 0) {
    out[offset] = source[0]!;
    return;
  }
  const run = shape[last]!;
  const step = strides[last]!;
  walk(shape.slice(0, last), strides, offset, (to, row) => {
    const from = row * run;
    if (step === 1 && run >= 24) out.set(source.subarray(from, from + run), to);
    else for (let i = 0, p = to; i < run; i++, p += step) out[p] = source[from + i]!;
  });
}

/** Calls back for every row: where it begins in the view, and its number. */
function walk(
  shape: readonly number[],
  strides: readonly number[],
  offset: number,
  visit: (place: number, row: number) => void,
): void {
  let rows = 1;
  for (const size of shape) rows *= size;
  const index = new Int32Array(shape.length);
  let place = offset;
  for (let row = 0; row < rows; row++) {
    visit(place, row);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      place += strides[axis]!;
      if (++index[axis]! < shape[axis]!) break;
      place -= strides[axis]! * shape[axis]!;
      index[axis] = 0;
    }
  }
}

/** Reads swapped last axes in square blocks, so that both sides stay in the cache. */
function readTransposed(source: Values, view: View, out: Values): void {
  const { shape, strides, offset } = view;
  const last = shape.length - 1;
  const rows = shape[last - 1]!; // neighbours in the source
  const columns = shape[last]!;
  const step = strides[last]!;
  const side = 32;
  walk(shape.slice(0, last - 1), strides, offset, (from, matrix) => {
    const to = matrix * rows * columns;
    for (let i = 0; i < rows; i += side) {
      const iEnd = Math.min(i + side, rows);
      for (let j = 0; j < columns; j += side) {
        const jEnd = Math.min(j + side, columns);
        for (let r = i; r < iEnd; r++) {
          const row = to + r * columns;
          for (let k = j, p = from + r + j * step; k < jEnd; k++, p += step) {
            out[row + k] = source[p]!;
          }
        }
      }
    }
  });
}
