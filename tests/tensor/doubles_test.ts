import { tf } from "../../lib/tensor/mod.ts";
import { assertEquals, assertThrows } from "../assert.ts";
import { heldTensors } from "../held_tensors.ts";
import { testOn } from "./on_backends.ts";

/** What a backend makes of a number. */
const kept = (x: number) => tf.getBackend() === "float64" ? x : Math.fround(x);
const third = 1 / 3;

testOn("tensors are made of numbers as exactly as the backend can hold them", () => {
  assertEquals([...tf.scalar(third).dataSync()], [kept(third)]);
  assertEquals([...tf.tensor([[0.1], [third]]).dataSync()], [kept(0.1), kept(third)]);
  for (const values of [[0.1, third], Float64Array.of(0.1, third)]) {
    const made = [
      tf.tensor(values as Float64Array),
      tf.tensor1d(values as Float64Array),
      tf.tensor2d(values as Float64Array, [2, 1]),
      tf.tensor3d(values as Float64Array, [2, 1, 1]),
      tf.tensor4d(values as Float64Array, [2, 1, 1, 1]),
      tf.tensor5d(values as Float64Array, [2, 1, 1, 1, 1]),
      tf.tensor6d(values as Float64Array, [2, 1, 1, 1, 1, 1]),
    ];
    made.forEach((x, i) => {
      assertEquals([...x.dataSync()], [kept(0.1), kept(third)]);
      assertEquals(x.rank, Math.max(1, i));
    });
  }
});

testOn("other kinds of numbers are what they are in tfjs", () => {
  assertEquals([tf.scalar(7, "int32").dtype, tf.scalar(true).dtype], ["int32", "bool"]);
  assertEquals(tf.tensor1d([1.9], "int32").dataSync()[0], 1);
  assertEquals([...tf.tensor1d([true, false], "bool").dataSync()], [1, 0]);
  assertEquals(tf.tensor1d(["a"]).dataSync()[0] as unknown, "a");
  assertEquals([...tf.tensor([Float32Array.of(1), Float32Array.of(2)]).dataSync()], [1, 2]);
  assertThrows(() => tf.tensor2d([1, 2, 3], [2, 1]), Error, "should have 2 values but has 3");
});

const operations = [
  "add",
  "sub",
  "mul",
  "div",
  "maximum",
  "minimum",
  "pow",
  "mod",
  "squaredDifference",
] as const;
const plain: Record<typeof operations[number], (x: number, y: number) => number> = {
  add: (x, y) => x + y,
  sub: (x, y) => x - y,
  mul: (x, y) => x * y,
  div: (x, y) => x / y,
  maximum: Math.max,
  minimum: Math.min,
  pow: (x, y) => x ** y,
  mod: (x, y) => x % y,
  squaredDifference: (x, y) => (x - y) ** 2,
};
for (const name of operations) {
  testOn(`${name} takes a number with all its digits, as a method and as a function`, () => {
    const x = tf.scalar(0.7);
    assertEquals(x[name](0.1).dataSync()[0], plain[name](0.7, 0.1));
    assertEquals(tf[name](x, 0.1).dataSync()[0], plain[name](0.7, 0.1));
    assertEquals(tf[name](0.7, x).dataSync()[0], plain[name](0.7, 0.7));
    assertEquals(x[name]([0.1, third] as never).dataSync()[1], plain[name](0.7, third));
  }, ["float64"]);
}

testOn("comparisons and choices take a number with all its digits", () => {
  const x = tf.scalar(0.1);
  assertEquals(x.equal(0.1).dataSync()[0], 1);
  assertEquals(x.notEqual(0.1).dataSync()[0], 0);
  assertEquals(x.less(0.1 + 1e-12).dataSync()[0], 1);
  assertEquals(x.lessEqual(0.1 - 1e-12).dataSync()[0], 0);
  assertEquals(tf.greater(x, 0.1 - 1e-12).dataSync()[0], 1);
  assertEquals(tf.greaterEqual(0.1, x).dataSync()[0], 1);
  assertEquals(tf.where(tf.scalar(true), 0.1, x).dataSync()[0], 0.1);
  assertEquals(x.atan2(0.3).dataSync()[0], Math.atan2(0.1, 0.3));
}, ["float64"]);

testOn("numbers do not leave tensors behind", () => {
  const x = tf.scalar(2);
  const before = heldTensors();
  const y = tf.tidy(() => x.mul(0.1).add(tf.tensor1d([1, 2])));
  assertEquals(heldTensors(), before + 1);
  y.dispose();
});
