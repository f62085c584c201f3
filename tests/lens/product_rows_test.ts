import { productRows } from "../../lib/lens/product_rows.ts";
import { inSlices, tf } from "../../lib/tensor/mod.ts";
import { assert, assertEquals } from "../assert.ts";
import { heldTensors } from "../held_tensors.ts";
import { near } from "../near.ts";

Deno.test("productRows() looks at every row once, a few at a time, and frees them", async () => {
  const rows = tf.tensor2d([[1, 2], [3, 4], [5, 6], [7, 8], [9, 10]]);
  // So wide that two rows make a chunk.
  const width = 2 ** 20, before = heldTensors(), sizes: number[] = [], seen: number[] = [];
  await inSlices(productRows(rows, width, {
    project: (some) => {
      sizes.push(some.shape[0]!);
      return some.sum(1, true).mul(tf.ones([1, width]));
    },
    look: (values, row) => {
      assertEquals([values.length, row], [width, seen.length]);
      seen.push(values[width - 1]!);
    },
  }));
  assertEquals(sizes, [2, 2, 1]);
  near(seen, [3, 7, 11, 15, 19], 0);
  assertEquals(heldTensors(), before);
  rows.dispose();
  assert(rows.isDisposed);
});
