import {
  factorsOf,
  picked,
  refuseOblongShape,
  sliceOf,
  turned,
} from "../../lib/tensor/factored_shapes.ts";
import { startBackend, tf } from "../../lib/tensor/mod.ts";
import { assertEquals, assertThrows } from "../assert.ts";

await startBackend("cpu");

Deno.test("factorsOf() repeats leading axes that one factor lacks", () => {
  for (
    const [a, b, outer] of [
      [[2, 3], [3, 4], []],
      [[5, 2, 3], [3, 4], [5]],
      [[5, 1, 2, 3], [6, 3, 4], [5, 6]],
    ] as const
  ) {
    const [x, y] = factorsOf(tf.zeros([...a]), tf.zeros([...b]));
    assertEquals([x.shape, y.shape], [[...outer, 2, 3], [...outer, 3, 4]]);
  }
});

Deno.test("sliceOf(), picked() and turned() cut, pick and swap", () => {
  const x = tf.tensor([...Array(12).keys()], [2, 2, 3]);
  assertEquals(sliceOf(x, -1, [-1, 3]).flatten().arraySync(), [2, 5, 8, 11]);
  assertEquals(sliceOf(x, 0, null).shape, [2, 2, 3]);
  assertEquals(picked(x, [-1]).arraySync(), [[6, 7, 8], [9, 10, 11]]);
  assertEquals(turned(x).shape, [2, 3, 2]);
  assertThrows(() => sliceOf(x, 0, [0, 3]), RangeError, "a range must lie within 0 to 2");
  refuseOblongShape("test", [5, 2, 2]);
  assertThrows(() => refuseOblongShape("test", [2, 3]), TypeError, "it has 2 rows and 3 columns");
});
