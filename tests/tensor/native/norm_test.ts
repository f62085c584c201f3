import {
  affine,
  layerNorm,
  layerNormScale,
  normalize,
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
