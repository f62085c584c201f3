import { linear, tf } from "../../../lib/tensor/mod.ts";
import { assertEquals } from "../../assert.ts";
import { testOn } from "../on_backends.ts";
import { assertLikeCpu } from "./like_cpu.ts";

Deno.test("the kernel of linear() gives what its composition gives on the cpu backend", async () => {
  for (const transposed of [false, true]) {
    const weight = transposed ? [9, 8] : [8, 9];
    const of = (x: tf.Tensor, w: tf.Tensor, b: tf.Tensor) =>
      linear(x, w as tf.Tensor2D, b as tf.Tensor1D, { transposed });
    for (const x of [[8], [3, 8], [2, 3, 8]]) await assertLikeCpu(of, [x, weight, [9]]);
  }
});

testOn("linear() passes no rows, and a bias alone where there is nothing to sum", () => {
  const bias = tf.tensor1d([1, 2]);
  assertEquals(linear(tf.zeros([0, 3]), tf.zeros([3, 2]), bias).shape, [0, 2]);
  const alone = linear(tf.zeros([2, 0]), tf.zeros([0, 2]), bias);
  assertEquals([...alone.dataSync()], [1, 2, 1, 2]);
}, ["native"]);
