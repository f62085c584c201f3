import { numbers, readNumbers, tf } from "../../lib/tensor/mod.ts";
import { assertEquals, assertRejects, assertStrictEquals } from "../assert.ts";
import { heldTensors } from "../held_tensors.ts";
import { testOn } from "./on_backends.ts";

testOn("numbers() reads every tensor and frees what was made", async () => {
  const kept = tf.tensor1d([1, 2]);
  const before = heldTensors();
  const { double, flags } = await numbers(() => ({
    double: kept.mul(2).add(tf.scalar(0)),
    flags: kept.greater(1),
  }));
  assertEquals([...double], [2, 4]);
  assertEquals([...flags], [0, 1]);
  assertEquals(heldTensors(), before);
});

testOn("numbers() gives a copy, and leaves a tensor alone that was there before", async () => {
  const kept = tf.tensor1d([1, 2]);
  const { same } = await numbers(() => ({ same: kept }));
  same[0] = 99;
  assertEquals([...kept.dataSync()], [1, 2]);
});

testOn("numbers() frees what was made when the computation throws", async () => {
  const before = heldTensors();
  const failing = () => {
    tf.zeros([3]);
    throw new RangeError("no");
  };
  await assertRejects(() => numbers(failing), RangeError, "no");
  assertStrictEquals(heldTensors(), before);
});

testOn("readNumbers() reads in doubles whatever is stored, and gives a copy", () => {
  const x = tf.tensor1d([0.1, 2]);
  const read = readNumbers(x);
  assertEquals(read, Float64Array.from(x.dataSync()));
  read[0] = 99;
  assertEquals(readNumbers(x)[0], tf.getBackend() === "float64" ? 0.1 : Math.fround(0.1));
  assertEquals([...readNumbers(x.greater(1))], [0, 1]);
});

testOn("numbers() rounds nothing that the backend holds", async () => {
  const { x } = await numbers(() => ({ x: tf.scalar(0.1) }));
  assertEquals(x[0], tf.getBackend() === "float64" ? 0.1 : Math.fround(0.1));
});

Deno.test("numbers() refuses an async computation", async () => {
  const compute = (() => Promise.resolve({ x: tf.scalar(1) })) as unknown as () => {
    x: tf.Tensor;
  };
  await assertRejects(
    () => numbers(compute),
    TypeError,
    "Cannot read numbers as compute must not be async: it returned a promise",
  );
});
