import { linear, tf } from "../../lib/tensor/mod.ts";
import { assertEquals, assertThrows } from "../assert.ts";
import { testOn } from "./on_backends.ts";
import {
  assertGradients,
  assertNear,
  byRow,
  normals,
  type Plain,
  plainEinsum,
  tensor,
} from "./plain.ts";

const reference = (transposed: boolean) => (x: Plain, weight: Plain, bias?: Plain): Plain => {
  const flat = { shape: [x.data.length / x.shape.at(-1)!, x.shape.at(-1)!], data: x.data };
  const y = plainEinsum(transposed ? "ri,oi->ro" : "ri,io->ro", flat, weight);
  const out = y.shape[1]!;
  const sum = byRow(y, (row) => row.map((value, j) => value + (bias?.data[j] ?? 0)));
  return { shape: [...x.shape.slice(0, -1), out], data: sum.data };
};
const shapes = [[5], [2, 5], [2, 3, 5], [1, 2, 1, 5]];
const bias = normals(3, 4);

for (const transposed of [false, true]) {
  const weight = transposed ? normals(2, 4, 5) : normals(2, 5, 4);
  const named = transposed ? "a transposed weight" : "a weight";
  testOn(`linear() multiplies inputs of any rank by ${named}`, () => {
    for (const shape of shapes) {
      const x = normals(1, ...shape);
      const [t, w, b] = [tensor(x), tensor<tf.Tensor2D>(weight), tensor<tf.Tensor1D>(bias)];
      assertNear(linear(t, w, b, { transposed }), reference(transposed)(x, weight, bias), 1e-5);
      assertNear(linear(t, w, null, { transposed }), reference(transposed)(x, weight), 1e-5);
    }
  });
  testOn(`linear() has gradients at input, ${named} and bias`, () => {
    assertGradients(
      (x, w, b) => linear(x, w as tf.Tensor2D, b as tf.Tensor1D, { transposed }),
      reference(transposed),
      [normals(1, 2, 3, 5), weight, bias],
    );
  });
}

testOn(
  "linear() adds to what it is told with the bits of the sum, and the gradients of both",
  () => {
    const [x, w] = [tensor(normals(1, 2, 3, 8)), tensor<tf.Tensor2D>(normals(2, 8, 4))];
    const [b, onto] = [tensor<tf.Tensor1D>(bias), tensor(normals(4, 2, 3, 4))];
    for (const own of [b, null]) {
      const sum = (x: tf.Tensor, onto: tf.Tensor) => linear(x, w, own).add(onto);
      const whole = (x: tf.Tensor, onto: tf.Tensor) => linear(x, w, own, { onto });
      assertEquals(whole(x, onto).shape, [2, 3, 4]);
      assertEquals(whole(x, onto).dataSync(), sum(x, onto).dataSync());
      const [all, parts] = [whole, sum].map((f) =>
        tf.grads((...inputs: tf.Tensor[]) => f(inputs[0]!, inputs[1]!).square())([x, onto])
      ) as [tf.Tensor[], tf.Tensor[]];
      all.forEach((gradient, i) => assertEquals(gradient.dataSync(), parts[i]!.dataSync()));
    }
  },
);

testOn("linear() has a second derivative", () => {
  const [x, w] = [tf.tensor2d([[2]]), tf.tensor2d([[3]])];
  const cube = (x: tf.Tensor) => linear(linear(x, w, null).mul(x), w, null).mul(x); // 9 x³
  const second = tf.grad(tf.grad(cube))(x).dataSync()[0]!;
  assertEquals(second, 108);
});

Deno.test("linear() refuses sizes that do not fit", () => {
  assertThrows(
    () => linear(tf.zeros([2, 3]), tf.zeros([4, 5]), null),
    TypeError,
    "Cannot apply a weight as sizes must fit: input is [2, 3], weight is [4, 5], bias is none",
  );
  assertThrows(
    () => linear(tf.zeros([2, 4]), tf.zeros([4, 5]), tf.zeros([4])),
    TypeError,
    "Cannot apply a weight as sizes must fit: input is [2, 4], weight is [4, 5], bias is [4]",
  );
  assertThrows(
    () => linear(tf.zeros([2, 4]), tf.zeros([4, 5]), null, { onto: tf.zeros([5]) }),
    TypeError,
    "Cannot apply a weight as what its output is added to must have its shape, [2, 5]: current value is [5]",
  );
});
