import {
  affine,
  layerNorm,
  layerNormScale,
  normalize,
  normInParts,
  rmsNorm,
  rmsNormScale,
  tf,
} from "../../../lib/tensor/mod.ts";
import { assertEquals } from "../../assert.ts";
import { testOn } from "../on_backends.ts";
import { assertNear, normals, tensor } from "../plain.ts";

testOn("layerNorm() has the very bits of its parts", () => {
  for (const width of [1, 3, 64, 769]) {
    const x = tensor(normals(1, 5, width)).mul(3).add(0.7);
    const gain = tensor<tf.Tensor1D>(normals(2, width));
    const bias = tensor<tf.Tensor1D>(normals(3, width));
    for (const b of [bias, null]) {
      const parts = affine(normalize(x, layerNormScale(x, 1e-5), { centre: true }), gain, b);
      assertEquals(layerNorm(x, gain, b, 1e-5).dataSync(), parts.dataSync());
    }
    const parts = affine(normalize(x, rmsNormScale(x, 1e-6), { centre: false }), gain, null);
    assertEquals(rmsNorm(x, gain, 1e-6).dataSync(), parts.dataSync());
  }
}, ["native"]);

testOn("normInParts() has the very bits of the steps, on a tape too", () => {
  for (const [rows, width] of [[5, 3], [500, 64], [5, 769]] as const) {
    const x = tensor(normals(1, rows, width)).mul(3).add(0.7);
    const gain = tensor<tf.Tensor1D>(normals(2, width));
    for (const bias of [tensor<tf.Tensor1D>(normals(3, width)), null]) {
      for (const centre of [true, false]) {
        const scale = centre ? layerNormScale(x, 1e-5) : rmsNormScale(x, 1e-5);
        const normalized = normalize(x, scale, { centre });
        const steps = { scale, normalized, output: affine(normalized, gain, bias) };
        const parts = normInParts(x, gain, bias, { centre, epsilon: 1e-5 });
        for (const name of ["scale", "normalized", "output"] as const) {
          assertEquals(parts[name].shape, steps[name].shape);
          assertEquals(parts[name].dataSync(), steps[name].dataSync());
        }
        const slope = tf.grad((x) => {
          const { scale, output } = normInParts(x, gain, bias, { centre, epsilon: 1e-5 });
          return output.square().sum().add(scale.sum());
        })(x);
        const expected = tf.grad((x) => {
          const own = centre ? layerNormScale(x, 1e-5) : rmsNormScale(x, 1e-5);
          const y = affine(normalize(x, own, { centre }), gain, bias);
          return y.square().sum().add(own.sum());
        })(x);
        assertEquals(slope.dataSync(), expected.dataSync());
      }
    }
  }
}, ["native"]);

testOn("layerNorm() has the second derivatives of its composition", async () => {
  const inputs = [normals(1, 3, 5), normals(2, 5)];
  const slopes = () => {
    const of = (x: tf.Tensor, g: tf.Tensor) => layerNorm(x, g as tf.Tensor1D, null, 1e-2).pow(3);
    const slope = (x: tf.Tensor, g: tf.Tensor) =>
      tf.grad((x: tf.Tensor) => of(x, g))(x).square().sum();
    return tf.grads(slope)(inputs.map((input) => tensor(input)));
  };
  const actual = slopes();
  const values = actual.map((t) => ({ shape: t.shape, data: Float64Array.from(t.dataSync()) }));
  await tf.setBackend("cpu");
  slopes().forEach((expected, i) => assertNear(expected, values[i]!, 1e-3));
}, ["native"]);
