import { openBlas, type Product } from "../../../lib/tensor/native/blas.ts";
import { findBlas } from "../../../lib/tensor/native/find_blas.ts";
import { multiplyByLoops } from "../../../lib/tensor/native/trial.ts";
import { RandomStream } from "../../../lib/stats/mod.ts";
import { assertEquals, assertThrows } from "../../assert.ts";
import { assertClose } from "../plain.ts";

/** Opened here, not in a test, as a library stays open. */
let found: ReturnType<typeof findBlas> | undefined;
try {
  found = findBlas();
} catch {
  // No BLAS on this machine: the tests that need one are skipped, which CI does not allow.
}
const ignore = found === undefined;

Deno.test({
  name: "openBlas() multiplies as loops do, for every transpose, offset, alpha and beta",
  ignore,
  fn() {
    const random = new RandomStream(1);
    for (let bits = 0; bits < 32; bits++) {
      const [rows, columns, inner] = [1, 2, 3].map(() => 1 + random.integer(40)) as [
        number,
        number,
        number,
      ];
      const product: Product = {
        a: random.normals(5 + (rows + 2) * (inner + 2)),
        b: random.normals(3 + (inner + 3) * (columns + 3)),
        c: random.normals(2 + rows * (columns + 1)),
        rows,
        columns,
        inner,
        transposeA: Boolean(bits & 1),
        transposeB: Boolean(bits & 2),
        ...(bits & 4 ? { aOffset: 5, bOffset: 3, cOffset: 2 } : {}),
        ...(bits & 8 ? { alpha: -0.5, beta: 2 } : {}),
        ...(bits & 16
          ? {
            aStride: (bits & 1 ? rows : inner) + 2,
            bStride: (bits & 2 ? inner : columns) + 3,
            cStride: columns + 1,
          }
          : {}),
      };
      const expected = product.c.slice();
      multiplyByLoops({ ...product, c: expected });
      found!.blas.multiply(product);
      assertClose(product.c, expected, 1e-5);
    }
  },
});

Deno.test({
  name:
    "openBlas() multiplies few rows or one column as loops do, for every transpose, offset, alpha and beta",
  ignore,
  fn() {
    const random = new RandomStream(2);
    const shapes = [[1, 40, 30], [1, 1, 9], [30, 1, 40], [4, 514, 512], [3, 7, 8]];
    for (const [rows, columns, inner] of shapes as [number, number, number][]) {
      for (let bits = 0; bits < 32; bits++) {
        const product: Product = {
          a: random.normals(5 + (rows + 2) * (inner + 2)),
          b: random.normals(3 + (inner + 3) * (columns + 3)),
          c: random.normals(2 + rows * (columns + 1)),
          rows,
          columns,
          inner,
          transposeA: Boolean(bits & 1),
          transposeB: Boolean(bits & 2),
          ...(bits & 4 ? { aOffset: 5, bOffset: 3, cOffset: 2 } : {}),
          ...(bits & 8 ? { alpha: -0.5, beta: 2 } : {}),
          ...(bits & 16
            ? {
              aStride: (bits & 1 ? rows : inner) + 2,
              bStride: (bits & 2 ? inner : columns) + 3,
              cStride: columns + 1,
            }
            : {}),
        };
        if (!(bits & 8)) {
          product.c.fill(NaN, product.cOffset, (product.cOffset ?? 0) + rows * columns);
        }
        const expected = product.c.slice();
        multiplyByLoops({ ...product, c: expected });
        found!.blas.multiply(product);
        // Sums of up to 500 products of size 1 in 32 bits.
        assertClose(product.c, expected, 1e-4);
      }
    }
  },
});

Deno.test({
  name: "openBlas() clears the result of a sum of nothing, and writes over NaN",
  ignore,
  fn() {
    const nothing = new Float32Array(0);
    const c = new Float32Array(4).fill(NaN);
    const { multiply } = found!.blas;
    multiply({ a: nothing, b: nothing, c, rows: 2, columns: 2, inner: 0 });
    assertEquals([...c], [0, 0, 0, 0]);
    c.fill(NaN);
    const ones = new Float32Array(2).fill(1);
    multiply({ a: ones, b: ones, c, rows: 2, columns: 2, inner: 1 });
    assertEquals([...c], [1, 1, 1, 1]);
    multiply({ a: nothing, b: nothing, c: nothing, rows: 0, columns: 2, inner: 3 });
  },
});

Deno.test("openBlas() refuses what is not there", () => {
  assertThrows(() => openBlas("/nonexistent/libblas.so"), Error, "/nonexistent/libblas.so");
});

Deno.test({
  name: "openBlas() refuses a library without products",
  ignore: Deno.build.os !== "linux", // the name of the C library is known there
  fn() {
    assertThrows(
      () => openBlas("libc.so.6"),
      Error,
      'Cannot use "libc.so.6" as a BLAS must have cblas_sgemm: it has none',
    );
  },
});
