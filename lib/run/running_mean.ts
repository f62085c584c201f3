/**
 * Means and variances of numbers that arrive in parts.
 *
 * @module
 */

/** How the values of a site lie: rows to average over, or to keep apart. */
export interface ValueLayout {
  /** How many stand before the examples: the heads, else 1. */
  readonly outer: number;
  /** The examples. */
  readonly batch: number;
  /** The positions of each. */
  readonly position: number;
  /** The numbers of each position. */
  readonly inner: number;
}

/**
 * The mean and the variance of each number of a site, in double precision.
 *
 * What is summed is the distance from the first value seen, so that the mean of equal values is that value to the last
 * bit, and a variance is not lost beside a large mean.
 */
export class RunningMean {
  /** How many values each mean is over. */
  count = 0;
  readonly #first: Float64Array;
  readonly #sums: Float64Array;
  readonly #squares: Float64Array;

  /** Starts with nothing seen. */
  constructor(
    /** How many means are kept. */
    readonly size: number,
  ) {
    this.#first = new Float64Array(size);
    this.#sums = new Float64Array(size);
    this.#squares = new Float64Array(size);
  }

  /**
   * Takes in the values of a batch.
   *
   * @param values The values, `[outer, batch, position, inner]`.
   * @param layout The sizes of those axes.
   * @param positions For each example the positions that count. Omitted: all, each kept apart from the others.
   */
  add(
    values: ArrayLike<number>,
    layout: ValueLayout,
    positions?: readonly (readonly number[])[],
  ): void {
    const { outer, batch, position, inner } = layout;
    if (!positions) {
      // Example by example: what a mean by position keeps apart lies side by side in each.
      for (let row = 0; row < batch; row++) {
        this.count++;
        for (let head = 0; head < outer; head++) {
          const stretch = position * inner;
          this.#take(values, (head * batch + row) * stretch, head * stretch, stretch);
        }
      }
      return;
    }
    for (let row = 0; row < batch; row++) {
      for (const at of positions[row]!) {
        this.count++;
        for (let head = 0; head < outer; head++) {
          this.#take(values, ((head * batch + row) * position + at) * inner, head * inner, inner);
        }
      }
    }
  }

  /** The means; NaN where nothing was seen. */
  mean(): Float64Array {
    const { count } = this;
    return this.#first.map((first, i) => count ? first + this.#sums[i]! / count : NaN);
  }

  /** The unbiased variances, divided by one less than the count; NaN where fewer than two values were seen. */
  variance(): Float64Array {
    const { count } = this;
    return this.#squares.map((square, i) =>
      count < 2 ? NaN : Math.max(0, square - this.#sums[i]! ** 2 / count) / (count - 1)
    );
  }

  /** Takes in a stretch of values, one for each of as many means. */
  #take(values: ArrayLike<number>, from: number, to: number, length: number): void {
    const first = this.#first, sums = this.#sums, squares = this.#squares;
    if (this.count === 1) {
      for (let i = 0; i < length; i++) first[to + i] = values[from + i]!;
      return;
    }
    for (let i = 0; i < length; i++) {
      const value = values[from + i]!;
      // Masked scores are all −∞, and −∞ less −∞ would be NaN.
      if (value === first[to + i]!) continue;
      const distance = value - first[to + i]!;
      sums[to + i]! += distance;
      squares[to + i]! += distance * distance;
    }
  }
}
