/**
 * Random numbers from a seed, the same on every backend and every machine: only 32-bit integer
 * arithmetic and the operations that IEEE 754 defines to the last bit.
 *
 * @module
 */

import { normalQuantile } from "./normal_quantile.ts";

/**
 * A stream of random numbers: sfc32 by Chris Doty-Humphrey, seeded from a number and a label.
 *
 * @example Usage
 * ```ts
 * import { RandomStream } from "@innerworks/innerworks";
 *
 * const random = new RandomStream(7, "positions");
 * console.log(random.integer(10) === new RandomStream(7, "positions").integer(10)); // true
 * ```
 */
export class RandomStream {
  /** The seed that the stream was made from. */
  readonly seed: number;
  /** The label that the stream was made from. */
  readonly label: string;
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  /**
   * Starts a stream.
   *
   * @param seed Any safe integer.
   * @param label What the numbers are for; streams of different labels are independent.
   * @throws {RangeError} If the seed is not a safe integer.
   */
  constructor(seed: number, label = "") {
    if (!Number.isSafeInteger(seed)) {
      throw new RangeError(
        `Cannot start a random stream as the seed must be a safe integer: current value is ${seed}`,
      );
    }
    this.seed = seed;
    this.label = label;
    const high = Math.floor(seed / 4294967296);
    [this.#a, this.#b, this.#c] = [1, 2, 3].map((lane) => {
      let hash = mix(mix(mix(0x9e3779b9, lane), seed | 0), high | 0);
      for (let i = 0; i < label.length; i++) hash = mix(hash, label.charCodeAt(i));
      return mix(hash, label.length);
    }) as [number, number, number];
    for (let i = 0; i < 12; i++) this.#next();
  }

  /** Draws a number from 0 up to but not 1, with 53 random bits. */
  uniform(): number {
    const high = this.#next() >>> 5;
    return (high * 67108864 + (this.#next() >>> 6)) / 9007199254740992;
  }

  /** Draws a number from the normal distribution of mean 0 and variance 1. */
  normal(): number {
    // The middle of its cell: never 0 or 1, whose quantiles are infinite.
    const high = this.#next() >>> 5;
    return normalQuantile((high * 33554432 + (this.#next() >>> 7) + 0.5) / 4503599627370496);
  }

  /**
   * Draws an integer from 0 to `below - 1`, each as likely as the others.
   *
   * @param below How many integers there are to choose from, 1 to 2 ** 32.
   * @throws {RangeError} If `below` is not an integer in that range.
   */
  integer(below: number): number {
    if (!Number.isInteger(below) || below < 1 || below > 4294967296) {
      throw new RangeError(
        `Cannot draw an integer as the bound must be an integer from 1 to 4294967296: current value is ${below}`,
      );
    }
    // Numbers past the last whole multiple of the bound would favour the small integers.
    const end = 4294967296 - 4294967296 % below;
    for (;;) {
      const bits = this.#next();
      if (bits < end) return bits % below;
    }
  }

  /**
   * Draws an order of the integers from 0 to `n - 1`.
   *
   * @param n How many integers.
   * @throws {RangeError} If `n` is not an integer from 0 to 2 ** 32 - 1.
   */
  permutation(n: number): Uint32Array {
    if (!Number.isInteger(n) || n < 0 || n > 4294967295) {
      throw new RangeError(
        `Cannot draw a permutation as its length must be an integer from 0 to 4294967295: current value is ${n}`,
      );
    }
    const order = Uint32Array.from({ length: n }, (_, i) => i);
    for (let i = n - 1; i > 0; i--) {
      const j = this.integer(i + 1);
      const kept = order[i]!;
      order[i] = order[j]!;
      order[j] = kept;
    }
    return order;
  }

  /**
   * Draws normal numbers into an array.
   *
   * @param n How many.
   */
  normals(n: number): Float32Array<ArrayBuffer> {
    const values = new Float32Array(n);
    for (let i = 0; i < n; i++) values[i] = this.normal();
    return values;
  }

  /**
   * Draws an index, as likely as its weight.
   *
   * @param weights A weight for each index, none negative, their sum positive and finite.
   * @throws {RangeError} If the weights are not so.
   */
  categorical(weights: ArrayLike<number>): number {
    let total = 0;
    let last = -1;
    for (let i = 0; i < weights.length; i++) {
      const weight = weights[i]!;
      if (!(weight >= 0)) {
        throw new RangeError(
          `Cannot draw an index as weights must be 0 or more: weight ${i} is ${weight}`,
        );
      }
      total += weight;
      if (weight > 0) last = i;
    }
    if (!(total > 0 && total < Infinity)) {
      throw new RangeError(
        `Cannot draw an index as weights must add up to a positive finite number: current value is ${total}`,
      );
    }
    let rest = this.uniform() * total;
    for (let i = 0; i < last; i++) {
      rest -= weights[i]!;
      if (rest < 0) return i;
    }
    return last;
  }

  /**
   * Starts a stream for a part of the work. It depends on seed and labels only, not on how many
   * numbers were drawn here before.
   *
   * @param label What the part is.
   */
  fork(label: string): RandomStream {
    return new RandomStream(this.seed, `${this.label}/${label}`);
  }

  /** The next 32 bits. */
  #next(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }
}

/** Stirs a word into a hash (the finaliser of MurmurHash3). */
function mix(hash: number, word: number): number {
  let h = (Math.imul(hash, 0x01000193) ^ Math.imul(word, 0xcc9e2d51)) | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
