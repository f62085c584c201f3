/**
 * A histogram of numbers of which neither range nor count is known beforehand.
 *
 * @module
 */

/** Bins on each side of zero. */
const SIDE = 32;

/** The range of the first bins; it doubles whenever a number lies outside, two bins becoming one. */
const FIRST = 2 ** -10;

/**
 * Counts numbers in bins of one width on both sides of zero. The counts depend on the numbers alone, not on their order, as
 * bins only ever merge in pairs. It keeps the moments up to the second as well (Welford, 1962).
 */
export class RunningHistogram {
  #counts = new Float64Array(2 * SIDE);
  #range = FIRST;
  #squares = 0;
  /** How many numbers there were. */
  count = 0;
  /** How many of them were above zero. */
  positive = 0;
  /** Their mean; NaN where there were none. */
  mean = NaN;
  /** The greatest; −∞ where there were none. */
  greatest = -Infinity;
  /** The least; ∞ where there were none. */
  least = Infinity;

  /** Takes in a number; NaN stands for none. */
  add(value: number): void {
    if (Number.isNaN(value)) return;
    this.count++;
    if (value > 0) this.positive++;
    if (value > this.greatest) this.greatest = value;
    if (value < this.least) this.least = value;
    const before = this.count === 1 ? 0 : this.mean;
    this.mean = before + (value - before) / this.count;
    this.#squares += (value - before) * (value - this.mean);
    if (!Number.isFinite(value)) return;
    while (Math.abs(value) >= this.#range) this.#widen();
    this.#counts[SIDE + Math.floor(value / this.#range * SIDE)]!++;
  }

  /** The variance, divided by one less than the count; NaN under two numbers. */
  get variance(): number {
    return this.count < 2 ? NaN : this.#squares / (this.count - 1);
  }

  /** The edges of the bins that hold something, one more than counts, and the counts. */
  bins(): { readonly edges: number[]; readonly counts: number[] } {
    const counts = [...this.#counts];
    const first = counts.findIndex((count) => count > 0);
    if (first < 0) return { edges: [], counts: [] };
    const last = counts.findLastIndex((count) => count > 0), width = this.#range / SIDE;
    return {
      edges: Array.from({ length: last - first + 2 }, (_, i) => (first + i - SIDE) * width),
      counts: counts.slice(first, last + 1),
    };
  }

  #widen(): void {
    const wide = new Float64Array(2 * SIDE);
    this.#counts.forEach((count, bin) => wide[SIDE + Math.floor((bin - SIDE) / 2)]! += count);
    this.#counts = wide;
    this.#range *= 2;
  }
}
