import { tf } from "../../lib/tensor/mod.ts";
import { mendTape } from "../../lib/tensor/mend_tape.ts";
import { assertEquals } from "../assert.ts";
import { testOn } from "./on_backends.ts";
import { assertClose } from "./plain.ts";

testOn("what a custom gradient saves of its result has a gradient of its own", () => {
  // The cube, whose slope is said by way of the result: 3 y / x.
  const cube = tf.customGrad((input, save) => {
    const x = input as tf.Tensor;
    const value = x.mul(x).mul(x);
    (save as tf.GradSaveFunc)([x, value]);
    return {
      value,
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => dy.mul(saved[1]!).mul(3).div(saved[0]!),
    };
  });
  const slope = (x: tf.Tensor) => tf.grad((x: tf.Tensor) => cube(x))(x);
  const x = tf.tensor1d([1, 2]);
  assertClose(slope(x).dataSync(), [3, 12], 1e-5);
  assertClose(tf.grad(slope)(x).dataSync(), [6, 12], 1e-5);
});

testOn("tf.logSoftmax of tfjs has a second derivative", () => {
  // The first logarithm of [x, 0] is that of the sigmoid of x.
  const of = (x: tf.Tensor) => tf.logSoftmax(tf.stack([x, tf.scalar(0)])).slice([0], [1]).sum();
  const second = tf.grad((x: tf.Tensor) => tf.grad(of)(x))(tf.scalar(1)).dataSync()[0]!;
  assertClose([second], [-1 / (4 * Math.cosh(0.5) ** 2)], 1e-6);
});

Deno.test("mendTape() mends once, however often it is called", () => {
  const { addTapeNode } = tf.engine() as unknown as { addTapeNode: unknown };
  mendTape();
  assertEquals((tf.engine() as unknown as { addTapeNode: unknown }).addTapeNode, addTapeNode);
});
