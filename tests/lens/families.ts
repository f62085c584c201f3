/**
 * What the tests of lib/lens share: five kinds of family, and rows of the vocabulary in plain loops.
 *
 * @module
 */

import type { Transformer } from "../../lib/model/mod.ts";

/** LayerNorm; RMSNorm with grouped keys and rotary; parallel blocks; norms around with a soft cap; a mixture. */
export const KINDS = ["gpt2", "llama", "gpt_neox", "gemma2", "mixtral"] as const;

/** A tensor's numbers in double precision, freed. */
export function taken(tensor: { dataSync(): ArrayLike<number>; dispose(): void }): Float64Array {
  const numbers = Float64Array.from(tensor.dataSync());
  tensor.dispose();
  return numbers;
}

/** A weight's numbers by name. */
export function weightOf(model: Transformer, name: string): Float64Array {
  return taken(model.weight(name).tensor());
}

/** A vector through a norm's centring and gain, without its division and bias, in plain loops. */
export function throughGain(
  { architecture: { norm } }: Transformer,
  vector: ArrayLike<number>,
  gain: ArrayLike<number>,
): Float64Array {
  const mean = norm.kind === "layer"
    ? Array.from(vector).reduce((sum, x) => sum + x, 0) / vector.length
    : 0;
  return Float64Array.from(vector, (x, i) => (x - mean) * gain[i]!);
}

/** A row times a matrix `[in, out]`, in plain loops. */
export function rowTimes(row: ArrayLike<number>, matrix: ArrayLike<number>): Float64Array {
  const columns = matrix.length / row.length, sum = new Float64Array(columns);
  for (let i = 0; i < row.length; i++) {
    for (let j = 0; j < columns; j++) sum[j]! += row[i]! * matrix[i * columns + j]!;
  }
  return sum;
}

/** The product of two vectors. */
export function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
