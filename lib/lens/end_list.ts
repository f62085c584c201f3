/**
 * The greatest of many numbers, and the least, as they come along.
 *
 * @module
 */

/** The best of the values that it is given, in their order; of equals those that came first. */
export class EndList {
  /** What a value must be above to be among the best. */
  bar: number;
  #held = 0;
  readonly #values: Float64Array;
  readonly #indices: Int32Array;

  /** Makes an empty list of so many places. */
  constructor(count: number) {
    // −∞ is never among the best, and NaN is above nothing.
    this.bar = -Infinity;
    this.#values = new Float64Array(count);
    this.#indices = new Int32Array(count);
  }

  /** Takes a value above the bar, and gives the new bar. */
  add(value: number, index: number): number {
    const values = this.#values, indices = this.#indices, count = values.length;
    let place = this.#held === count ? count - 1 : this.#held++;
    for (; place > 0 && value > values[place - 1]!; place--) {
      values[place] = values[place - 1]!;
      indices[place] = indices[place - 1]!;
    }
    values[place] = value;
    indices[place] = index;
    if (this.#held === count) this.bar = values[count - 1]!;
    return this.bar;
  }

  /** The indices of the best, the best first. */
  indices(): number[] {
    return [...this.#indices.subarray(0, this.#held)];
  }

  /** The value at a place, the best at 0. */
  value(place: number): number {
    return this.#values[place]!;
  }
}

/** Both ends of the values that it is given, stretch by stretch. */
export class BothEnds {
  /** The greatest values. */
  readonly greatest: EndList;
  /** The least values, as numbers of the other sign. */
  readonly least: EndList;

  /** Makes two empty lists of so many places. */
  constructor(count: number) {
    this.greatest = new EndList(count);
    this.least = new EndList(count);
  }

  /** Takes in a stretch of values, of which the first has this index; of NaN none. */
  take(values: ArrayLike<number>, from: number): void {
    const { greatest, least } = this;
    // Bars in local variables: almost every value passes neither, and this loop sees billions of them.
    let high = greatest.bar, low = -least.bar;
    for (let i = 0, { length } = values; i < length; i++) {
      const value = values[i]!;
      if (value > high) high = greatest.add(value, from + i);
      if (value < low) low = -least.add(-value, from + i);
    }
  }
}
