/**
 * Arrays to be written again. A forward pass makes the same sizes over and over; fresh arrays cost
 * their clearing, their first touch and the garbage collector.
 *
 * @module
 */

import type { Values } from "./blas.ts";

/** Arrays of so many numbers and more stand in buffers of some sizes, so that one of about the same length takes its place. */
const LARGE = 2 ** 14;

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
   * @returns An array of any content; a long one may be the beginning of a buffer that is up to an eighth longer.
   */
  take(length: number): Values {
    const room = roomFor(length), array = this.#arrays.get(room)?.pop();
    if (array === undefined) {
      return length === room
        ? new Float32Array(length)
        : new Float32Array(new ArrayBuffer(4 * room), 0, length);
    }
    this.#bytes -= array.buffer.byteLength;
    return array.length === length ? array : new Float32Array(array.buffer, 0, length);
  }

  /**
   * Gives an array back. Nobody may hold it, or it would change under them.
   *
   * @param array What may be written again.
   */
  give(array: Values): void {
    const { byteLength } = array.buffer, room = byteLength / Float32Array.BYTES_PER_ELEMENT;
    if (byteLength > this.limit || byteLength < 1024) return;
    const same = this.#arrays.get(room) ?? [];
    this.#arrays.delete(room);
    this.#arrays.set(room, same);
    same.push(array);
    this.#bytes += byteLength;
    for (const [room, waiting] of this.#arrays) {
      if (this.#bytes <= this.limit) return;
      this.#bytes -= waiting.length * room * Float32Array.BYTES_PER_ELEMENT;
      this.#arrays.delete(room);
    }
  }
}

/** How many numbers the buffer of an array has: of long ones the next eighth between two powers of two. */
function roomFor(length: number): number {
  if (length < LARGE) return length;
  const step = 2 ** Math.max(0, Math.floor(Math.log2(length)) - 3);
  return Math.ceil(length / step) * step;
}
