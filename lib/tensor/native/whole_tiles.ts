/**
 * Products of a few rows, rounded up to as many as a library multiplies fast.
 *
 * @module
 */

import type { Multiply, Product, Values } from "./blas.ts";

/** What a product must be for its rows to be rounded up. */
export interface TileRule {
  /** The least rows. */
  readonly from: number;
  /** Rows from here on are left as they are. */
  readonly below: number;
  /** The most rows that stand over a multiple of 16 and are left as they are. */
  readonly over: number;
  /** Whether only matrices on the right that are stored transposed are slow. */
  readonly transposed: boolean;
}

const TILE = 16;
/** A matrix on the right of fewer numbers stays in a cache, and copies of rows would cost as much as they bring. */
const LEAST = 2 ** 18;
/** The most numbers of a result that is copied, 16 MiB: the scratch does not shrink. */
const MOST = 2 ** 22;

/**
 * Says which products a library multiplies faster with more rows (measured on a processor with AVX-512, GPT-2's matrices).
 *
 * MKL takes 13 to 28 ms for 7 to 15 rows by a transposed unembedding, and 11 for 16. OpenBLAS's kernels for vectors of 16
 * numbers take up to 1.6 times as long for 28 rows as for 32.
 *
 * @param library What the library says of itself.
 * @returns The rule; null where nothing is known to be slow.
 */
export function tileRule(library: { mkl: boolean; core?: string | undefined }): TileRule | null {
  if (library.mkl) return { from: 7, below: 16, over: 0, transposed: true };
  if (/^(SkylakeX|Cooperlake|SapphireRapids)$/i.test(library.core ?? "")) {
    return { from: 10, below: 128, over: 1, transposed: false };
  }
  return null;
}

/**
 * Rounds rows up.
 *
 * @param multiply Carries out the products.
 * @param rule Which products are rounded up.
 * @returns The same products, each row of which is what it is among so many rows.
 */
export function inWholeTiles(multiply: Multiply, rule: TileRule): Multiply {
  let [left, result] = [new Float32Array(0), new Float32Array(0)];
  return (product) => {
    if (!isSlow(product, rule)) return multiply(product);
    const { a, c, rows, columns, inner, aOffset = 0, cOffset = 0, beta = 0 } = product;
    const { aStride = inner, cStride = columns } = product;
    const tiled = Math.ceil(rows / TILE) * TILE;
    if (left.length < tiled * inner) left = new Float32Array(tiled * inner);
    if (result.length < tiled * columns) result = new Float32Array(tiled * columns);
    moveRows({ from: a, at: aOffset, apart: aStride }, { from: left, at: 0, apart: inner }, [
      rows,
      inner,
    ]);
    left.fill(0, rows * inner, tiled * inner);
    const [own, whole] = [{ from: c, at: cOffset, apart: cStride }, {
      from: result,
      at: 0,
      apart: columns,
    }];
    if (beta !== 0) {
      moveRows(own, whole, [rows, columns]);
      result.fill(0, rows * columns, tiled * columns);
    }
    multiply({
      ...product,
      a: left,
      aOffset: 0,
      aStride: inner,
      c: result,
      cOffset: 0,
      cStride: columns,
      rows: tiled,
    });
    moveRows(whole, own, [rows, columns]);
  };
}

function isSlow(product: Product, { from, below, over, transposed }: TileRule): boolean {
  const { a, rows, columns, inner, transposeA = false, transposeB = false } = product;
  return rows >= from && rows < below && (rows - 1) % TILE >= over && rows % TILE !== 0 &&
    !transposeA && (transposeB || !transposed) && inner * columns >= LEAST &&
    (rows + TILE) * columns <= MOST && a instanceof Float32Array;
}

interface Rows {
  readonly from: Values;
  readonly at: number;
  readonly apart: number;
}

function moveRows(source: Rows, target: Rows, [rows, width]: readonly [number, number]): void {
  for (let row = 0; row < rows; row++) {
    const start = source.at + row * source.apart;
    target.from.set(source.from.subarray(start, start + width), target.at + row * target.apart);
  }
}
