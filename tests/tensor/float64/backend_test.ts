import { readNumbers, tf } from "../../../lib/tensor/mod.ts";
import { assertEquals, assertThrows } from "../../assert.ts";
import { testOn } from "../on_backends.ts";

const only = ["float64"];

testOn("the float64 backend keeps all digits, in and out", async () => {
  const x = tf.tensor2d([[0.1, 1 / 3], [Math.PI, 1e-300]]);
  const values = [0.1, 1 / 3, Math.PI, 1e-300];
  assertEquals([...x.dataSync()], values);
  assertEquals([...await x.data()], values);
  assertEquals(x.arraySync(), [[0.1, 1 / 3], [Math.PI, 1e-300]]);
  assertEquals([...x.transpose().reshape([4]).dataSync()], [0.1, Math.PI, 1 / 3, 1e-300]);
}, only);

testOn("the float64 backend gives copies out", () => {
  const x = tf.tensor1d([0.1, 0.2]);
  x.dataSync().fill(0);
  assertEquals([...x.dataSync()], [0.1, 0.2]);
}, only);

testOn("the float64 backend takes copies in", () => {
  const values = Float32Array.of(1, 2);
  const x = tf.tensor1d(values);
  values.fill(0);
  assertEquals([...x.dataSync()], [1, 2]);
}, only);

testOn(
  "the float64 backend names a kernel that it has no doubles for, and does not fall back",
  () => {
    assertThrows(
      () => tf.selu(tf.tensor1d([1])),
      Error,
      'Cannot compute "Selu" on the backend "float64" as it must have a kernel of its own for floats: it has none, and that of tfjs would round to 32 bits',
    );
    assertThrows(() => tf.multinomial(tf.tensor1d([0.5, 0.5]), 3, 1), Error, '"Multinomial"');
  },
  only,
);

testOn("the float64 backend leaves integers, flags and text to tfjs", () => {
  const x = tf.tensor1d([5, 2, 9], "int32");
  assertEquals([...x.add(tf.tensor1d([1, 1, 1], "int32")).dataSync()], [6, 3, 10]);
  assertEquals([...tf.topk(x, 2).indices.dataSync()], [2, 0]);
  assertEquals([...x.greater(tf.scalar(4, "int32")).logicalNot().dataSync()], [0, 1, 0]);
  assertEquals(tf.tensor1d(["a", "ß"]).dataSync(), ["a", "ß"] as never);
}, only);

testOn("a tensor that was made on another backend moves over in doubles", async () => {
  await tf.setBackend("cpu");
  const x = tf.tensor1d([0.1]);
  await tf.setBackend("float64");
  const third = x.div(3);
  assertEquals([...readNumbers(third)], [Math.fround(0.1) / 3]);
}, only);

testOn("the float64 backend frees what is disposed of", () => {
  const before = tf.memory().numDataBuffers;
  const x = tf.tensor1d([1, 2]);
  const y = x.reshape([2, 1]).expandDims(0);
  assertEquals(tf.memory().numDataBuffers, before + 1);
  tf.dispose([x, y]);
  assertEquals(tf.memory().numDataBuffers, before + 1);
  tf.engine().endScope();
  tf.engine().startScope();
  assertEquals(tf.memory().numDataBuffers, before);
}, only);
