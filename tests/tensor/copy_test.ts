import { copy, tf } from "../../lib/tensor/mod.ts";
import { assertEquals } from "../assert.ts";
import { testOn } from "./on_backends.ts";

testOn("copy() has the numbers, those that are none too, and its gradient is the gradient", () => {
  const x = tf.tensor2d([[1, NaN], [-Infinity, 4]]), own = copy(x);
  assertEquals([...own.dataSync()], [1, NaN, -Infinity, 4]);
  assertEquals(own.shape, [2, 2]);
  x.dispose();
  assertEquals([...own.dataSync()], [1, NaN, -Infinity, 4]);
  const slope = tf.grad((y: tf.Tensor) => copy(y).square())(tf.tensor1d([3, 5]));
  assertEquals([...slope.dataSync()], [6, 10]);
});
