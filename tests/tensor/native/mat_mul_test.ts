import { tf } from "../../../lib/tensor/mod.ts";
import { assertEquals, assertThrows } from "../../assert.ts";
import { testOn } from "../on_backends.ts";
import { assertLikeCpu } from "./like_cpu.ts";

Deno.test("BatchMatMul is as on the cpu backend where that is right", async () => {
  const cases: [number[], number[]][] = [
    [[3, 4], [4, 5]],
    [[2, 3, 4], [2, 4, 5]],
    [[2, 2, 3, 4], [2, 2, 4, 1]],
    [[1, 3, 4], [2, 4, 5]],
  ];
  for (const [a, b] of cases) {
    await assertLikeCpu((a, b) => tf.matMul(a, b), [a, b]);
  }
});

Deno.test("_FusedMatMul is as on the cpu backend, with bias and every activation", async () => {
  for (const activation of ["linear", "relu", "sigmoid", "elu", "relu6"] as const) {
    const of = (a: tf.Tensor, b: tf.Tensor, bias: tf.Tensor) =>
      tf.fused.matMul({ a, b, bias, activation, transposeB: true });
    await assertLikeCpu(of, [[3, 4], [5, 4], [5]], { gradients: false });
  }
  const leaky = (a: tf.Tensor, b: tf.Tensor) =>
    tf.fused.matMul({ a, b, activation: "leakyrelu", leakyreluAlpha: 0.3 });
  await assertLikeCpu(leaky, [[3, 4], [4, 5]], { gradients: false });
  const fused = (a: tf.Tensor, b: tf.Tensor, bias: tf.Tensor) => tf.fused.matMul({ a, b, bias });
  await assertLikeCpu(fused, [[3, 4], [4, 5], [5]]);
});

testOn("BatchMatMul passes no batches and no rows", () => {
  const shape = (a: number[], b: number[]) => {
    const product = tf.matMul(tf.zeros(a), tf.zeros(b));
    assertEquals(product.dataSync().length, 0);
    return product.shape;
  };
  assertEquals(shape([0, 3, 4], [1, 4, 5]), [0, 3, 5]);
  assertEquals(shape([2, 0, 4], [4, 5]), [2, 0, 5]);
}, ["native"]);

testOn("BatchMatMul refuses inner sizes that differ", () => {
  const [a, b] = [tf.zeros([2, 3]), tf.zeros([2, 3])];
  const attributes = { transposeA: false, transposeB: false };
  assertThrows(
    () => tf.engine().runKernel("BatchMatMul", { a, b }, attributes),
    TypeError,
    "Cannot multiply matrices as their inner sizes must be equal: they are 3 and 2, shapes are [2, 3] and [2, 3]",
  );
}, ["native"]);
