/**
 * Where attention patterns stand while they are used.
 *
 * @module
 */

import type { NativeBackend } from "./backend.ts";
import type { Values } from "./blas.ts";
import { scratchStride, softmaxScratch, vectorScratch } from "./simd/softmax_rows.ts";

/** The numbers that a scratch should have at most: so many stay in a cache of the second level. */
const MOST = 2 ** 16;
/** Queries that are taken together at least, for products of matrices to be worth their call. */
const LEAST = 32;

/**
 * How many queries are taken together. Attention in steps takes as many, so that both do the very same sums.
 *
 * @param queries How many queries there are.
 * @param keys How many keys there are.
 */
export function queriesTogether(queries: number, keys: number): number {
  return Math.min(queries, Math.max(LEAST, Math.floor(MOST / scratchStride(keys))));
}

/** The numbers that patterns of several heads should have at most, where one has fewer: 1 MiB, half of a cache of the second level. */
const TOGETHER = 2 ** 18;

/** What a scratch is for. */
export interface PatternSizes {
  /** How many queries there are. */
  readonly queries: number;
  /** How many keys there are. */
  readonly keys: number;
  /**
   * How many queries are taken together.
   *
   * @default {as many as fit}
   */
  readonly rows?: number;
  /**
   * How many heads there are.
   *
   * @default 1
   */
  readonly heads?: number;
}

/** Some rows of the patterns of some heads: over vectors in single precision, in plain loops in double. */
export class PatternScratch {
  /** How many queries are taken together. */
  readonly rows: number;
  /** How far rows are apart. */
  readonly stride: number;
  /** How far patterns of heads are apart. */
  readonly size: number;
  /** How many heads are taken together. */
  readonly heads: number;
  readonly #double: Values | null;
  #values: Values;

  /**
   * Makes room.
   *
   * @param backend The backend, for the precision of its numbers.
   * @param sizes What the scratch is for.
   */
  constructor(backend: NativeBackend, { queries, keys, rows, heads = 1 }: PatternSizes) {
    this.stride = scratchStride(keys);
    this.rows = rows ?? queriesTogether(queries, keys);
    this.size = this.rows * this.stride;
    this.heads = Math.min(heads, Math.max(1, Math.floor(TOGETHER / this.size)));
    const double = backend.allocate(0) instanceof Float64Array;
    this.#double = double ? new Float64Array(this.heads * this.size) : null;
    this.#values = this.#double ?? vectorScratch(this.heads * this.size);
  }

  /** Takes the scratch for some rows, with any content. */
  take(): Values {
    // Others may have used and moved it since.
    return this.#values = this.#double ?? vectorScratch(this.heads * this.size);
  }

  /**
   * Makes probabilities of scores; what a row does not see becomes 0.
   *
   * @param rows How many rows.
   * @param seen How many keys the first of them sees; each next sees one more.
   * @param head Which of the heads that are taken together.
   */
  softmax(rows: number, seen: number, head = 0): void {
    const { stride } = this, first = head * this.size;
    if (!this.#double) return softmaxScratch({ rows, stride, seen, more: 1, first });
    const x = this.#values;
    for (let row = 0, start = first; row < rows; row++, start += stride) {
      const end = start + seen + row;
      let top = -Infinity, sum = 0;
      for (let p = start; p < end; p++) if (x[p]! > top) top = x[p]!;
      for (let p = start; p < end; p++) sum += x[p] = Math.exp(x[p]! - top);
      // As the softmax alone does, so that both give the same bits.
      const inverse = 1 / sum;
      for (let p = start; p < end; p++) x[p]! *= inverse;
      x.fill(0, end, start + stride);
    }
  }
}
