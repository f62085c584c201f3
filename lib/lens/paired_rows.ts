/**
 * Pairs of vectors, however many, kept as a triangle: all that a linear fit needs to know of them.
 *
 * @module
 */

import { leastSquares, numbers, qr, tf } from "../tensor/mod.ts";

/** A linear map, and what it adds. */
export interface FittedMap {
  /** The matrix `[width, width]`, row by row: a row is multiplied by it from the left. */
  readonly matrix: Float32Array;
  /** What is added, `[width]`; zeros where nothing is. */
  readonly bias: Float32Array;
}

/**
 * Takes rows [1, x, y] in and keeps the triangle R of their QR decomposition: RᵀR is their Gram matrix, but R itself has not
 * the square of its condition number, so that a fit in single precision stays one.
 */
export class PairedRows {
  readonly #width: number;
  #triangle: tf.Tensor2D | null = null;
  #waiting: tf.Tensor2D[] = [];
  #waitingRows = 0;
  /** How many pairs were taken in. */
  count = 0;

  /** Begins without any. */
  constructor(width: number) {
    this.#width = width;
  }

  /** Takes pairs in, `[row, width]` each; the tensors stay the caller's. */
  async add(x: tf.Tensor2D, y: tf.Tensor2D): Promise<void> {
    const rows = x.shape[0];
    if (rows === 0) return;
    this.#waiting.push(tf.tidy(() => tf.concat([tf.ones([rows, 1]), x, y], 1) as tf.Tensor2D));
    this.#waitingRows += rows;
    this.count += rows;
    // A triangle is made anew only when several times as many rows wait, so that its cost is shared by many.
    if (this.#waitingRows > 8 * this.#width) await this.#settle();
  }

  /**
   * Fits the map of x to y whose squared error is least.
   *
   * @param options What the squares of the matrix cost, and whether something is added.
   */
  async fit(
    { ridge, bias }: { readonly ridge: number; readonly bias: boolean },
  ): Promise<FittedMap> {
    await this.#settle();
    const width = this.#width, [rank, columns] = this.#triangle!.shape;
    // Below its first row the triangle holds the pairs less their means.
    const from = bias ? 1 : 0;
    const part = (column: number, size: number) =>
      tf.slice(this.#triangle!, [from, column], [rank - from, size]);
    const [x, y] = tf.tidy(() => [part(1, width), part(1 + width, columns - 1 - width)]) as [
      tf.Tensor2D,
      tf.Tensor2D,
    ];
    let map: tf.Tensor | null = null;
    try {
      const found = map = await leastSquares(x, y, { ridge });
      return await numbers(() => {
        const means = tf.slice(this.#triangle!, [0, 0], [1, columns]).div(
          tf.slice(this.#triangle!, [0, 0], [1, 1]),
        );
        const [meanX, meanY] = [1, 1 + width].map((column) =>
          tf.slice(means, [0, column], [1, width])
        ) as [tf.Tensor2D, tf.Tensor2D];
        const added = meanY.sub(tf.matMul(meanX, found as tf.Tensor2D));
        return { matrix: found, bias: bias ? added : tf.zerosLike(added) };
      });
    } finally {
      tf.dispose([x, y, ...map ? [map] : []]);
    }
  }

  /**
   * The share of the variance of y, summed over its columns, that a map of x explains: 1 − ‖y − xA − b‖² / ‖y − mean‖².
   *
   * @param map The map; null for y = x.
   */
  async explained(map: FittedMap | null): Promise<number> {
    await this.#settle();
    const width = this.#width, triangle = this.#triangle!;
    const { left, total } = await numbers(() => {
      const [rank] = triangle.shape;
      const column = (from: number, size: number) => tf.slice(triangle, [0, from], [rank, size]);
      const x = column(1, width), y = column(1 + width, width);
      const predicted = map
        ? tf.matMul(x, tf.tensor(map.matrix, [width, width]))
          .add(tf.matMul(column(0, 1), tf.tensor(map.bias, [1, width])))
        : x;
      return { left: y.sub(predicted), total: tf.slice(y, [1, 0], [rank - 1, width]) };
    });
    const squares = (values: Float32Array) => values.reduce((sum, value) => sum + value * value, 0);
    return 1 - squares(left) / squares(total);
  }

  /** Frees what is kept. */
  dispose(): void {
    tf.dispose([...this.#waiting, ...this.#triangle ? [this.#triangle] : []]);
    this.#waiting = [];
    this.#triangle = null;
  }

  /** Makes one triangle of all that was taken in. */
  async #settle(): Promise<void> {
    if (this.#waiting.length === 0) return;
    const parts = [...this.#triangle ? [this.#triangle] : [], ...this.#waiting];
    const rows = tf.concat(parts, 0);
    try {
      const { Q, R } = await qr(rows);
      Q.dispose();
      tf.dispose(parts);
      this.#triangle = R as tf.Tensor2D;
    } finally {
      rows.dispose();
    }
    this.#waiting = [];
    this.#waitingRows = 0;
  }
}
