import { activate, activationNames, tf } from "../../../lib/tensor/mod.ts";
import { insideGradient } from "../../../lib/tensor/native/composed_gradient.ts";
import { assertEquals, assertThrows } from "../../assert.ts";
import { testOn } from "../on_backends.ts";
import { normals, tensor } from "../plain.ts";
import { assertLikeCpu } from "./like_cpu.ts";

for (const name of activationNames.filter((name) => name !== "identity")) {
  Deno.test(`activate() has the second derivative of ${name} that its composition has`, async () => {
    const of = (x: tf.Tensor) =>
      tf.grad((x: tf.Tensor) => tf.grad((x: tf.Tensor) => activate(x, name).square())(x))(x);
    await assertLikeCpu(of, [[4, 5]], { gradients: false, tolerance: 1e-4 });
  });
}

testOn("activate() has a third derivative", () => {
  const of = (x: tf.Tensor) => activate(x, "silu");
  const once = (f: (x: tf.Tensor) => tf.Tensor) => (x: tf.Tensor) => tf.grad(f)(x);
  const x = tensor(normals(1, 1));
  const [down, up] = [-0.01, 0.01].map((by) => once(once(of))(x.add(by)).dataSync()[0]!);
  const third = once(once(once(of)))(x).dataSync()[0]!;
  assertEquals(Math.abs(third - (up! - down!) / 0.02) < 1e-3, true);
}, ["native"]);

testOn("insideGradient() leaves the tape as it was, even after an error", () => {
  const depth = tf.engine().state.gradientDepth;
  assertThrows(
    () =>
      insideGradient(() => {
        throw new RangeError("no");
      }),
    RangeError,
    "no",
  );
  assertEquals(tf.engine().state.gradientDepth, depth);
}, ["native"]);
