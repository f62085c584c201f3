import type { Product } from "../../../lib/tensor/native/blas.ts";
import { inWholeTiles, tileRule } from "../../../lib/tensor/native/whole_tiles.ts";
import { assert, assertEquals } from "../../assert.ts";

/** Products in plain loops, which note their rows. */
function plain(rowsSeen: number[]) {
  return (product: Product) => {
    const { a, b, c, rows, columns, inner, transposeB = false, alpha = 1, beta = 0 } = product;
    const { aOffset = 0, cOffset = 0, aStride = inner, cStride = columns } = product;
    rowsSeen.push(rows);
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        let sum = 0;
        for (let i = 0; i < inner; i++) {
          const other = transposeB ? column * inner + i : i * columns + column;
          sum += a[aOffset + row * aStride + i]! * b[other]!;
        }
        const place = cOffset + row * cStride + column;
        c[place] = alpha * sum + (beta === 0 ? 0 : beta * c[place]!);
      }
    }
  };
}

const filled = (length: number) => Float32Array.from({ length }, (_, i) => (i * 7) % 11 - 5);

Deno.test("inWholeTiles() rounds rows up, and changes nothing but the rows that were asked for", () => {
  const inner = 2, columns = 2 ** 17, seen: number[] = [], rounded: number[] = [];
  const b = filled(inner * columns), rule = tileRule({ mkl: true })!;
  for (const rows of [6, 7, 15, 16]) {
    for (const beta of [0, 0.5]) {
      const [c, own] = [filled(rows * (columns + 3) + 5), filled(rows * (columns + 3) + 5)];
      const product = {
        a: filled(rows * 3 + 1),
        aOffset: 1,
        aStride: 3,
        b,
        rows,
        columns,
        inner,
        transposeB: true,
        cOffset: 5,
        cStride: columns + 3,
        alpha: 2,
        beta,
      };
      plain(seen)({ ...product, c });
      inWholeTiles(plain(rounded), rule)({ ...product, c: own });
      assert(c.every((x, i) => x === own[i]), `${rows} rows`);
    }
  }
  assertEquals([seen, rounded], [[6, 6, 7, 7, 15, 15, 16, 16], [6, 6, ...Array(6).fill(16)]]);
});

Deno.test("tileRule() knows what is slow, and leaves small, tall and turned products alone", () => {
  assertEquals(tileRule({ mkl: false, core: "Haswell" }), null);
  assertEquals(tileRule({ mkl: false }), null);
  const seen: number[] = [], rule = tileRule({ mkl: false, core: "SkylakeX" })!;
  const multiply = inWholeTiles(({ rows }) => seen.push(rows), rule);
  const product = (rows: number, more: Partial<Product> = {}) =>
    multiply({
      a: filled(rows * 4),
      b: filled(4),
      c: new Float32Array(0),
      rows,
      columns: 2 ** 12,
      inner: 2 ** 6,
      ...more,
    });
  for (const rows of [9, 10, 17, 18, 31, 32, 127, 129]) {
    product(rows, { c: new Float32Array(rows * 2 ** 12), a: filled(rows * 2 ** 6) });
  }
  product(12, { inner: 2 ** 5 });
  product(12, { transposeA: true });
  product(12, { columns: 2 ** 18 });
  product(12, { a: new Float64Array(1) });
  assertEquals(seen, [9, 16, 17, 32, 32, 32, 128, 129, 12, 12, 12, 12]);
});
