/**
 * Arrays to be written again. A forward pass makes the same sizes over and over; fresh arrays cost
 * their clearing, their first touch and the garbage collector.
 *
 * @module
 */

import type { Values } from "./blas.ts";

/** A store of arrays that nobody holds any more, up to a number of bytes. */
export class Pool {
  /** The most bytes that it keeps. */
  readonly limit: number;
  #bytes = 0;
  /** The lengths that were used last stand last. */
  readonly #arrays: Map<number, Values[]> = new Map();

  /**
   * Makes an empty pool.
   *
   * @param limit The most bytes that it keeps.
   */
  constructor(limit: number) {
    this.limit = limit;
  }

  /** The bytes that wait. */
  get bytes(): number {
    return this.#bytes;
  }

  /**
   * Takes an array.
   *
   * @param length How many numbers.
   * @returns An array of any content.
   */
  take(length: number): Values {
    const array = this.#arrays.get(length)?.pop();
    if (array === undefined) return new Float32Array(length);
    this.#bytes -= array.byteLength;
    return array;
  }

  /**
   * Gives an array back. Nobody may hold it, or it would change under them.
   *
   * @param array What may be written again.
   */
  give(array: Values): void {
    if (array.byteLength > this.limit || array.byteLength < 1024) return;
    const same = this.#arrays.get(array.length) ?? [];
    this.#arrays.delete(array.length);
    this.#arrays.set(array.length, same);
    same.push(array);
    this.#bytes += array.byteLength;
    for (const [length, waiting] of this.#arrays) {
      if (this.#bytes <= this.limit) return;
      this.#bytes -= waiting.length * length * Float32Array.BYTES_PER_ELEMENT;
      this.#arrays.delete(length);
    }
  }
}
