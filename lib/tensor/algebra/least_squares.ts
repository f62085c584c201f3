/**
 * Linear fits in closed form.
 *
 * @module
 */

import * as tf from "../tf.ts";
import { type AlgebraOptions, eachMatrix, refuseOddOptions } from "./each_matrix.ts";
import { type Matrices, type Matrix, readMatrices, stacked } from "./matrix.ts";
import { defaultTolerance } from "./pseudo_inverse.ts";
import { scaledColumns } from "./signs.ts";

/** Options for {@linkcode leastSquares}. */
export interface LeastSquaresOptions extends AlgebraOptions {
  /**
   * What the sum of squares of the solution costs, 0 or more.
   *
   * @default {0}
   */
  readonly ridge?: number;
}

/**
 * Fits linear maps: finds X that makes ‖A · X − B‖² + ridge · ‖X‖² least, over the numbers of both.
 *
 * Without a ridge, directions of A whose singular value counts as zero by the default of
 * {@linkcode pseudoInverse} take no part, so that X is the shortest of the best. It computes in double
 * precision by singular values, not by the normal equations, and has no gradient. There is no intercept:
 * append a column of ones to A.
 *
 * @param a What is fitted by [..., rows, columns], an example a row.
 * @param b What is fitted [..., rows, outputs], with the same leading axes; or [rows] if A has two axes.
 * @param options The ridge, and what stops the work.
 * @returns X [..., columns, outputs], or [columns], which the caller owns.
 * @throws {TypeError} If one is no tensor of numbers, their shapes do not fit, or an option has another name.
 * @throws {RangeError} If a number is not finite, there is none, or the ridge is outside its range.
 *
 * @example
 * ```ts
 * import { leastSquares, tf } from "@innerworks/innerworks";
 *
 * const slope = await leastSquares(tf.tensor2d([[1], [2], [3]]), tf.tensor1d([2, 4, 6]));
 * slope.print(); // [2]
 * ```
 */
export async function leastSquares(
  a: tf.Tensor,
  b: tf.Tensor,
  options: LeastSquaresOptions = {},
): Promise<tf.Tensor> {
  const purpose = "fit by least squares";
  refuseOddOptions(purpose, options, ["ridge"]);
  const { ridge = 0, signal } = options;
  if (!(ridge >= 0 && ridge < Infinity)) {
    throw new RangeError(
      `Cannot ${purpose} as ridge must be 0 or more: current value is ${ridge}`,
    );
  }
  const vector = b instanceof tf.Tensor && b.rank === 1;
  const inputs = await readMatrices(purpose, a);
  const outputs = vector ? await readColumn(purpose, b) : await readMatrices(purpose, b);
  refuseMisfit(purpose, inputs, outputs);
  const tolerance = defaultTolerance(inputs.rows, inputs.columns);
  const found = await eachMatrix(inputs.list, async (by, each, index): Promise<Matrix> => {
    const { left, values, right } = await by.svd(each);
    const factors = values.map((value) =>
      ridge > 0 ? value / (value ** 2 + ridge) : value > tolerance * values[0]! ? 1 / value : 0
    );
    const seen = await by.multiply(left, outputs.list[index]!, "transpose");
    return await by.multiply(scaledColumns(right, factors), seen);
  }, signal);
  const shape = vector ? [inputs.columns] : [inputs.columns, outputs.columns];
  return stacked(inputs.batch, found.map(({ values }) => values), shape);
}

/** Reads a vector as a matrix of one column. */
async function readColumn(purpose: string, b: tf.Tensor): Promise<Matrices> {
  const column = b.expandDims(1);
  try {
    return await readMatrices(purpose, column);
  } finally {
    column.dispose();
  }
}

/** Refuses inputs and outputs that do not belong together. */
function refuseMisfit(purpose: string, inputs: Matrices, outputs: Matrices): void {
  if (inputs.rows === outputs.rows && inputs.batch.join() === outputs.batch.join()) return;
  const said = ({ batch, rows, columns }: Matrices) => `[${[...batch, rows, columns].join(", ")}]`;
  throw new TypeError(
    `Cannot ${purpose} as both must have the same rows and leading axes: shapes are ${
      said(inputs)
    } and ${said(outputs)}`,
  );
}
