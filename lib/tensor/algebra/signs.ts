/**
 * Signs that a decomposition leaves open, chosen so that every machine chooses the same.
 *
 * @module
 */

import type { Matrix } from "./matrix.ts";

/**
 * Finds by what each column must be multiplied for its greatest entry to be positive. Of entries whose
 * sizes are equal to nine digits the first counts, so that rounding does not decide.
 *
 * @param of The matrix.
 * @returns 1 or -1 for each column.
 */
export function columnSigns({ values, rows, columns }: Matrix): Float64Array {
  const signs = new Float64Array(columns).fill(1);
  for (let j = 0; j < columns; j++) {
    let greatest = 0;
    for (let i = 0; i < rows; i++) {
      const value = values[i * columns + j]!;
      if (Math.abs(value) <= greatest * (1 + 1e-9)) continue;
      greatest = Math.abs(value);
      signs[j] = Math.sign(value);
    }
  }
  return signs;
}

/**
 * Multiplies each column by a number.
 *
 * @param of The matrix.
 * @param factors The numbers.
 * @returns A new one.
 */
export function scaledColumns(of: Matrix, factors: Float64Array): Matrix {
  const { rows, columns } = of, made = { rows, columns, values: of.values.slice() };
  for (let i = 0, p = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) made.values[p++]! *= factors[j]!;
  }
  return made;
}
