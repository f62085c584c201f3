import { logSoftmax, tf } from "../../lib/tensor/mod.ts";
import { assertAlmostEquals, assertEquals } from "../assert.ts";
import { testOn } from "./on_backends.ts";
import { assertClose, assertNear, normals, plain, tensor } from "./plain.ts";

const seconds: [string, (x: tf.Tensor) => tf.Tensor, (x: number) => number][] = [
  ["exp", (x) => x.exp(), Math.exp],
  ["tanh", (x) => x.tanh(), (x) => -2 * Math.tanh(x) / Math.cosh(x) ** 2],
  ["sigmoid", (x) => x.sigmoid(), (x) => -Math.tanh(x / 2) / (4 * Math.cosh(x / 2) ** 2)],
];
for (const [name, of, second] of seconds) {
  testOn(`tf.${name} has first and second derivatives`, () => {
    const x = normals(1, 5);
    const twice = tf.grad((x: tf.Tensor) => tf.grad(of)(x))(tensor(x));
    assertNear(twice, plain([5], (i) => second(x.data[i]!)), 1e-5);
  });
}

testOn("tf.softmax has a second derivative", () => {
  // The first probability of [x, 0] is the sigmoid of x.
  const of = (x: tf.Tensor) => tf.softmax(tf.stack([x, tf.scalar(0)])).slice([0], [1]).sum();
  const second = tf.grad((x: tf.Tensor) => tf.grad(of)(x))(tf.scalar(1)).dataSync()[0]!;
  assertAlmostEquals(second, -Math.tanh(0.5) / (4 * Math.cosh(0.5) ** 2), 1e-6);
});

testOn("tf.erf has the slope of a bell, and that one a slope", () => {
  const x = normals(4, 5);
  const bell = (x: number) => 2 / Math.sqrt(Math.PI) * Math.exp(-x * x);
  const slope = tf.grad((x: tf.Tensor) => x.erf());
  assertNear(slope(tensor(x)), plain([5], (i) => bell(x.data[i]!)), 1e-6);
  const second = tf.grad((x: tf.Tensor) => slope(x))(tensor(x));
  assertNear(second, plain([5], (i) => -2 * x.data[i]! * bell(x.data[i]!)), 1e-6);
});

testOn("logSoftmax() has a second derivative", () => {
  // The first logarithm of [x, 0] is that of the sigmoid of x.
  const of = (x: tf.Tensor) => logSoftmax(tf.stack([x, tf.scalar(0)])).slice([0], [1]).sum();
  const second = tf.grad((x: tf.Tensor) => tf.grad(of)(x))(tf.scalar(1)).dataSync()[0]!;
  assertAlmostEquals(second, -1 / (4 * Math.cosh(0.5) ** 2), 1e-6);
});

testOn("tf.tile has a gradient past rank 4", () => {
  const x = normals(2, 2, 1, 3, 1, 2);
  const weight = normals(3, 2, 2, 6, 3, 2);
  const slope = tf.grad((x: tf.Tensor) => tf.tile(x, [1, 2, 2, 3, 1]))(tensor(x), tensor(weight));
  const expected = plain(x.shape, () => 0);
  weight.data.forEach((value, place) => {
    const [e, c, a] = [place % 2, Math.floor(place / 6) % 6 % 3, Math.floor(place / 72)];
    expected.data[a * 6 + c * 2 + e]! += value;
  });
  assertNear(slope, expected, 1e-5);
});

testOn("tf.matMul has the gradient of a broadcast matrix in its own shape", () => {
  const [a, b] = [tf.ones([2, 3, 4]), tf.ones([4, 5])];
  const [da, db] = tf.grads((a: tf.Tensor, b: tf.Tensor) => tf.matMul(a, b))([a, b]);
  assertEquals([da!.shape, db!.shape], [[2, 3, 4], [4, 5]]);
  assertClose(db!.dataSync(), new Float32Array(20).fill(6), 1e-6);
});
