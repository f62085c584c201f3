import { tf } from "../../../lib/tensor/mod.ts";
import { assertEquals } from "../../assert.ts";
import { testOn } from "../on_backends.ts";
import { assertLikeCpu, shapes } from "./like_cpu.ts";

const pairs: [number[], number[]][] = [
  ...shapes.map((shape): [number[], number[]] => [shape, shape]),
  ...shapes.map((shape): [number[], number[]] => [shape, []]),
  ...shapes.map((shape): [number[], number[]] => [[1, 1], shape]),
  [[3, 5], [5]],
  [[3, 5], [3, 1]],
  [[3, 1], [1, 5]],
  [[5], [3, 5]],
  [[2, 3, 4], [2, 1, 4]],
  [[2, 3, 4], [3, 1]],
  [[2, 1, 4], [1, 3, 1]],
  [[2, 1, 3, 1, 2], [1, 4, 1, 2, 1]],
  [[0, 3], [1, 3]],
];

const operations = {
  Add: tf.add,
  Sub: tf.sub,
  Multiply: tf.mul,
  RealDiv: tf.div,
  SquaredDifference: tf.squaredDifference,
  Maximum: tf.maximum,
  Minimum: tf.minimum,
};
for (const [name, of] of Object.entries(operations)) {
  Deno.test(`${name} broadcasts every pair of shapes as the cpu backend does`, async () => {
    for (const [a, b] of pairs) {
      // Quotients of numbers near 0 are large, and their squares more so.
      const spread = name === "RealDiv" ? (x: tf.Tensor) => x.add(5) : (x: tf.Tensor) => x;
      // tfjs cannot differentiate broadcasts of these three, nor of nothing.
      const alike = ["SquaredDifference", "Maximum", "Minimum"].includes(name);
      const gradients = ![...a, ...b].includes(0) && (!alike || a.join() === b.join());
      await assertLikeCpu((x, y) => of(x, spread(y)), [a, b], { gradients });
    }
  });
}

const maps: Record<string, (x: tf.Tensor) => tf.Tensor> = {
  Abs: tf.abs,
  Exp: tf.exp,
  Log: (x) => tf.log(x.abs().add(0.1)),
  Neg: tf.neg,
  Reciprocal: (x) => tf.reciprocal(x.square().add(1)),
  Relu: tf.relu,
  Rsqrt: (x) => tf.rsqrt(x.square().add(1)),
  Sigmoid: tf.sigmoid,
  Sqrt: (x) => tf.sqrt(x.square().add(0.1)),
  Square: tf.square,
  Tanh: tf.tanh,
  AddN: (x) => tf.addN([x, x.square(), x]),
};
for (const [name, of] of Object.entries(maps)) {
  Deno.test(`${name} is as on the cpu backend`, async () => {
    for (const shape of shapes) await assertLikeCpu(of, [shape]);
  });
}

testOn("arithmetic keeps infinities and NaN", () => {
  const x = tf.tensor1d([Infinity, -Infinity, NaN, -0]);
  assertEquals([...x.add(1).dataSync()], [Infinity, -Infinity, NaN, 1]);
  assertEquals([...x.sub(x).dataSync()], [NaN, NaN, NaN, 0]);
  assertEquals([...x.maximum(0).dataSync()].slice(0, 3), [Infinity, 0, NaN]);
  assertEquals([...x.exp().dataSync()], [Infinity, 0, NaN, 1]);
}, ["native", "cpu"]);

testOn("arithmetic on integers stays with integers", () => {
  const x = tf.tensor1d([7, -8], "int32");
  assertEquals([x.add(x).dtype, [...x.add(x).dataSync()]], ["int32", [14, -16]]);
  assertEquals([...x.maximum(tf.scalar(0, "int32")).dataSync()], [7, 0]);
}, ["native", "cpu"]);

Deno.test("sums of many numbers are those of a loop, to the bit, NaN and infinities too", async () => {
  await tf.setBackend("native");
  const a = Float32Array.from({ length: 9001 }, (_, i) => Math.sin(i) * 10 ** (i % 9));
  const b = a.map((value, i) => i % 2 ? -value : 1 / value);
  a.set([NaN, Infinity, -Infinity, 3.4e38]);
  b.set([1, -Infinity, 1, 3.4e38]);
  const sum = tf.tidy(() => tf.add(tf.tensor1d(a), tf.tensor1d(b)).dataSync());
  assertEquals(sum, a.map((value, i) => value + b[i]!));
});
