import { eachAlone, type SameProduct } from "../../../lib/tensor/native/blas_batch.ts";
import { findBlas } from "../../../lib/tensor/native/find_blas.ts";
import { multiplyByLoops } from "../../../lib/tensor/native/trial.ts";
import { RandomStream } from "../../../lib/stats/mod.ts";
import { assertEquals } from "../../assert.ts";
import { assertClose } from "../plain.ts";

/** Opened here, not in a test, as a library stays open. */
let found: ReturnType<typeof findBlas> | undefined;
try {
  found = findBlas();
} catch {
  // No BLAS on this machine: the tests that need one are skipped, which CI does not allow.
}

Deno.test({
  name: "multiplyBatch() multiplies at each place as loops do, with the bits of a product alone",
  ignore: found === undefined,
  fn() {
    const { multiply, multiplyBatch } = found!.blas, random = new RandomStream(3);
    const shapes = [[64, 48, 64], [15, 15, 64], [2, 64, 15], [33, 40, 16], [5, 7, 1], [
      4,
      3,
      0,
    ]] as const;
    for (const [rows, columns, inner] of shapes) {
      for (const count of [1, 2, 13]) {
        const product: SameProduct = {
          a: random.normals(count * rows * inner + 9),
          b: random.normals(count * columns * inner + 9),
          c: random.normals(count * rows * columns + 9),
          rows,
          columns,
          inner,
          transposeB: count === 13,
          alpha: 0.125,
          beta: count === 2 ? 1 : 0,
        };
        const places = Array.from({ length: count }, (_, i) => ({
          a: i * rows * inner + 3,
          b: i * columns * inner + 5,
          c: i * rows * columns + 7,
        }));
        const [loops, alone] = [product.c.slice(), product.c.slice()];
        eachAlone(multiplyByLoops)({ ...product, c: loops }, places);
        eachAlone(multiply)({ ...product, c: alone }, places);
        multiplyBatch(product, places);
        assertClose(product.c, loops, 1e-5);
        assertEquals(product.c, alone);
      }
    }
    const single = new Float32Array(1);
    multiplyBatch({ a: single, b: single, c: single, rows: 1, columns: 1, inner: 1 }, []);
    assertEquals(single, new Float32Array(1));
  },
});
