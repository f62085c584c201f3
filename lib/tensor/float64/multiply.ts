/**
 * Matrix products in double precision and plain loops.
 *
 * @module
 */

import type { Product } from "../native/blas.ts";

/**
 * Multiplies matrices: c becomes alpha · a · b + beta · c.
 *
 * @param product What is multiplied.
 */
export function multiplyDoubles(product: Product): void {
  const { a, b, c, rows, columns, inner, transposeA = false, transposeB = false } = product;
  const { aOffset = 0, bOffset = 0, cOffset = 0, alpha = 1, beta = 0 } = product;
  const { aStride = transposeA ? rows : inner, bStride = transposeB ? inner : columns } = product;
  const { cStride = columns } = product;
  const [aRow, aStep] = transposeA ? [1, aStride] : [aStride, 1];
  const left = new Float64Array(inner);
  const sums = new Float64Array(columns);
  for (let i = 0; i < rows; i++) {
    for (let k = 0; k < inner; k++) left[k] = a[aOffset + i * aRow + k * aStep]!;
    if (transposeB) dotRows(left, b, [bOffset, bStride], sums);
    else addRows(left, b, [bOffset, bStride], sums);
    const start = cOffset + i * cStride;
    for (let j = 0; j < columns; j++) {
      // 0 · NaN is NaN, so the old content is not even looked at without beta.
      c[start + j] = alpha * sums[j]! + (beta === 0 ? 0 : beta * c[start + j]!);
    }
  }
}

/** sums[j] = left · row j of b, where columns are stored as rows. */
function dotRows(
  left: Float64Array,
  b: Product["b"],
  [offset, stride]: readonly [number, number],
  sums: Float64Array,
): void {
  for (let j = 0, start = offset; j < sums.length; j++, start += stride) {
    let sum = 0;
    for (let k = 0; k < left.length; k++) sum += left[k]! * b[start + k]!;
    sums[j] = sum;
  }
}

/** sums = the rows of b weighed by left. */
function addRows(
  left: Float64Array,
  b: Product["b"],
  [offset, stride]: readonly [number, number],
  sums: Float64Array,
): void {
  sums.fill(0);
  for (let k = 0, start = offset; k < left.length; k++, start += stride) {
    const x = left[k]!;
    for (let j = 0; j < sums.length; j++) sums[j]! += x * b[start + j]!;
  }
}
