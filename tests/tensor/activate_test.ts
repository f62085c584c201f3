import { activate, type ActivationName, activationNames, tf } from "../../lib/tensor/mod.ts";
import { assertEquals, assertThrows } from "../assert.ts";
import { testOn } from "./on_backends.ts";
import { assertGradients, assertNear, normals, plain, tensor } from "./plain.ts";

/** The error function as a series, in doubles; |x| up to 4. */
function erf(x: number): number {
  let term = x;
  let sum = x;
  for (let n = 1; n < 120; n++) {
    term *= -x * x / n;
    sum += term / (2 * n + 1);
  }
  return 2 / Math.sqrt(Math.PI) * sum;
}
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

const formulas: Record<ActivationName, (x: number) => number> = {
  identity: (x) => x,
  gelu: (x) => 0.5 * x * (1 + erf(x / Math.SQRT2)),
  gelu_tanh: (x) => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3))),
  quick_gelu: (x) => x * sigmoid(1.702 * x),
  relu: (x) => Math.max(x, 0),
  relu_squared: (x) => Math.max(x, 0) ** 2,
  silu: (x) => x * sigmoid(x),
  sigmoid,
  tanh: Math.tanh,
};

for (const name of activationNames) {
  testOn(`activate() computes ${name} as its formula in doubles does`, () => {
    const x = plain([3, 27], (i) => Math.fround((i - 40) / 8));
    const expected = plain(x.shape, (i) => formulas[name](x.data[i]!));
    // tfjs' own erf is an approximation to 1.5e-7.
    assertNear(activate(tensor(x), name), expected, 1e-6);
  });
  testOn(`activate() has the gradient of ${name}`, () => {
    const of = (x: tf.Tensor) => activate(x, name);
    assertGradients(of, (x) => plain(x.shape, (i) => formulas[name](x.data[i]!)), [
      normals(1, 4, 5),
    ]);
  });
}

testOn("activate() gives limits far out, and keeps NaN", () => {
  for (const name of ["gelu", "gelu_tanh", "quick_gelu", "silu"] as const) {
    const values = activate(tf.tensor1d([-80, 80, NaN]), name).dataSync();
    assertEquals([Math.abs(values[0]!) < 1e-6, values[1], values[2]], [true, 80, NaN], name);
  }
});

testOn("activate() has a finite gradient far out", () => {
  for (const name of ["gelu", "gelu_tanh", "quick_gelu", "silu"] as const) {
    const slopes = tf.grad((x: tf.Tensor) => activate(x, name))(tf.tensor1d([-1e15, 1e15]));
    assertEquals([...slopes.dataSync()].map(Math.abs), [0, 1], name);
  }
}, ["native"]);

Deno.test("activate() names the functions there are", () => {
  assertThrows(
    () => activate(tf.scalar(1), "swish" as ActivationName),
    RangeError,
    'Cannot activate as the function must be one of identity, gelu, gelu_tanh, quick_gelu, relu, relu_squared, silu, sigmoid, tanh: current value is "swish"',
  );
});
