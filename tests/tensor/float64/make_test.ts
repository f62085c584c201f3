import { tf } from "../../../lib/tensor/mod.ts";
import { assertEquals } from "../../assert.ts";
import { testOn } from "../on_backends.ts";
import { assertClose } from "../plain.ts";

const only = ["float64"];
const seen = (x: tf.Tensor) => [x.dtype, x.shape, [...x.dataSync()]];

testOn("tensors of one number hold that number", () => {
  assertEquals(seen(tf.fill([2, 1], 0.1)), ["float32", [2, 1], [0.1, 0.1]]);
  assertEquals(seen(tf.fill([2], 3, "int32")), ["int32", [2], [3, 3]]);
  assertEquals(seen(tf.onesLike(tf.tensor1d([0.1]))), ["float32", [1], [1]]);
  assertEquals(seen(tf.zerosLike(tf.tensor1d([NaN]))), ["float32", [1], [0]]);
  assertEquals(seen(tf.zerosLike(tf.tensor1d([1], "int32"))), ["int32", [1], [0]]);
}, only);

testOn("ranges count in doubles, either way", () => {
  assertClose(tf.range(0, 1, 0.3).dataSync(), [0, 0.3, 0.6, 0.9], 1e-15);
  assertEquals(seen(tf.range(3, 0)), ["float32", [3], [3, 2, 1]]);
  assertEquals(seen(tf.range(0, 0)), ["float32", [0], []]);
  assertEquals(seen(tf.range(0, 3, 1, "int32")), ["int32", [3], [0, 1, 2]]);
  assertClose(tf.linspace(0, 1, 4).dataSync(), [0, 1 / 3, 2 / 3, 1], 1e-15);
}, only);

testOn("a place becomes a row with one number, outside of it none", () => {
  const places = tf.tensor1d([1, 3, -1], "int32");
  const row = tf.oneHot(places, 3, 0.1, 0.2, "float32");
  assertEquals(seen(row), ["float32", [3, 3], [0.2, 0.1, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2]]);
  assertEquals(seen(tf.oneHot(places, 2).slice([0], [1])), ["int32", [1, 2], [0, 1]]);
}, only);

testOn("casts cut towards 0, flag what is not 0, and make doubles of integers", () => {
  const x = tf.tensor1d([-1.7, 0, 1.7]);
  assertEquals(seen(x.cast("int32")), ["int32", [3], [-1, 0, 1]]);
  assertEquals(seen(x.cast("bool")), ["bool", [3], [1, 0, 1]]);
  assertEquals(seen(x.cast("int32").cast("float32").div(3)), ["float32", [3], [-1 / 3, 0, 1 / 3]]);
  assertEquals(seen(x.cast("bool").cast("float32")), ["float32", [3], [1, 0, 1]]);
}, only);
