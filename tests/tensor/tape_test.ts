import { activate, linear, softmax, Tape, tf } from "../../lib/tensor/mod.ts";
import { assertEquals, assertThrows } from "../assert.ts";
import { heldTensors } from "../held_tensors.ts";
import { near } from "../near.ts";
import { testOn } from "./on_backends.ts";

/** Runs a generator to its end. */
function all<T>(steps: Generator<void, T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

const values = (list: readonly (tf.Tensor | null)[]) =>
  list.map((tensor) => tensor && [...tensor.dataSync()]);

testOn("Tape gives the gradients that tfjs gives, across stretches", () => {
  const x = tf.tensor2d([[1, 2, -1], [0.5, 0, 3]]), w = tf.tensor2d([[1, 2], [3, -4], [0.5, 6]]);
  const work = (x: tf.Tensor, w: tf.Tensor) => softmax(linear(x, w as tf.Tensor2D, null)).square();
  const seed = tf.tensor2d([[1, -1], [2, 0.5]]);
  const expected = tf.grads((x: tf.Tensor, w: tf.Tensor) => work(x, w))([x, w], seed);
  using tape = new Tape();
  const product = tape.record(() => linear(x, w, null));
  const outside = product.mul(7); // not recorded
  const y = tape.record(() => softmax(product).square());
  const found = all(tape.backward([{ of: y, gradient: seed }], [x, w]));
  near(found[0]!.dataSync(), expected[0]!.dataSync(), 1e-6);
  near(found[1]!.dataSync(), expected[1]!.dataSync(), 1e-6);
  assertEquals(outside.shape, [2, 2]);
});

testOn(
  "Tape gives gradients in the middle of a computation, even of tensors that were disposed",
  () => {
    const x = tf.scalar(3);
    using tape = new Tape();
    const { y, z } = tape.record(() => {
      const y = x.square();
      return { y, z: y.mul(y).mul(2) };
    });
    y.dispose();
    assertEquals(values(all(tape.backward([{ of: z, gradient: tf.scalar(1) }], [y, x, y]))), [
      [36],
      [216],
      [36],
    ]);
  },
);

testOn("Tape takes several seeds, and says null where no path leads", () => {
  const x = tf.scalar(3), other = tf.scalar(1);
  using tape = new Tape();
  const [a, b] = tape.record(() => [x.mul(2), x.mul(5)] as const);
  const one = tf.scalar(1), found = [{ of: a, gradient: one }, { of: b, gradient: tf.scalar(10) }];
  assertEquals(values(all(tape.backward(found, [x, other, a]))), [[52], null, [1]]);
});

testOn("Tape computes only paths to what is wanted", () => {
  const x = tf.scalar(3), seed = tf.tensor1d([1]);
  using tape = new Tape();
  // tfjs has no gradient for running products; from there on it has.
  const y = tape.record(() => tf.cumprod(x.reshape([1])));
  assertThrows(() => all(tape.backward([{ of: y, gradient: seed }], [x])), TypeError, "Cumprod");
  const late = tape.record(() => y.mul(4));
  assertEquals(values(all(tape.backward([{ of: late, gradient: seed }], [y]))), [[4]]);
});

testOn("Tape frees everything but the gradients, stopped half-way or not", () => {
  const x = tf.tensor1d([1, 2]), seed = tf.tensor1d([1, 1]);
  const before = heldTensors();
  for (const stop of [false, true]) {
    const tape = new Tape();
    const y = tf.tidy(() => tape.record(() => x.exp().mul(x).sin()));
    const steps = tape.backward([{ of: y, gradient: seed }], [x]);
    if (stop) {
      steps.next();
      steps.return([]);
    } else tf.dispose(all(steps) as tf.Tensor[]);
    y.dispose();
    tape.dispose();
    assertEquals(heldTensors(), before);
  }
});

testOn("Tape records a backward pass, for derivatives of derivatives", () => {
  const x = tf.scalar(2), seed = tf.scalar(1);
  using first = new Tape();
  using second = new Tape();
  const cube = second.record(() => first.record(() => x.mul(x).mul(x)));
  const [slope] = second.record(() => all(first.backward([{ of: cube, gradient: seed }], [x])));
  assertEquals([...slope!.dataSync()], [12]);
  const found = all(second.backward([{ of: slope!, gradient: tf.scalar(1) }], [x]));
  near(found[0]!.dataSync(), [12], 1e-6, "d²x³ is 6x");
});

testOn("Tape takes second derivatives through fused kernels, and frees what these need", () => {
  const x = tf.tensor1d([0.5, -1, 2]), ones = tf.ones([3]);
  const before = heldTensors();
  const first = new Tape(), second = new Tape();
  const y = second.record(() => first.record(() => activate(x, "gelu_tanh")));
  const [slope] = second.record(() => all(first.backward([{ of: y, gradient: ones }], [x])));
  const [curvature] = all(second.backward([{ of: slope!, gradient: ones }], [x]));
  const f = (v: number) =>
    0.5 * v * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (v + 0.044715 * v ** 3)));
  const expected = [0.5, -1, 2].map((v) => (f(v + 1e-4) - 2 * f(v) + f(v - 1e-4)) / 1e-8);
  near(curvature!.dataSync(), expected, 1e-4);
  tf.dispose([y, slope!, curvature!]);
  first.dispose();
  second.dispose();
  assertEquals(heldTensors(), before);
  tf.dispose([ones, x]);
});
