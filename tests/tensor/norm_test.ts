import {
  affine,
  layerNorm,
  layerNormScale,
  normalize,
  rmsNorm,
  rmsNormScale,
  tf,
} from "../../lib/tensor/mod.ts";
import { assertThrows } from "../assert.ts";
import { testOn } from "./on_backends.ts";
import { assertGradients, assertNear, byRow, normals, type Plain, tensor } from "./plain.ts";

const epsilon = 1e-3;
const mean = (row: Float64Array) => row.reduce((sum, value) => sum + value, 0) / row.length;
const scaleOf = (row: Float64Array, centre: boolean) => {
  const middle = centre ? mean(row) : 0;
  return Math.sqrt(mean(row.map((value) => (value - middle) ** 2)) + epsilon);
};
const plainNorm = (centre: boolean) => (x: Plain, gain: Plain, bias?: Plain) =>
  byRow(x, (row) => {
    const middle = centre ? mean(row) : 0;
    const scale = scaleOf(row, centre);
    return row.map((v, j) => (v - middle) / scale * gain.data[j]! + (bias?.data[j] ?? 0));
  });
const x = normals(1, 2, 3, 7);
const gain = normals(2, 7);
const bias = normals(3, 7);

testOn("layerNorm() and rmsNorm() compute their formulas in doubles", () => {
  const [t, g, b] = [tensor(x), tensor<tf.Tensor1D>(gain), tensor<tf.Tensor1D>(bias)];
  assertNear(layerNorm(t, g, b, epsilon), plainNorm(true)(x, gain, bias), 1e-6);
  assertNear(layerNorm(t, g, null, epsilon), plainNorm(true)(x, gain), 1e-6);
  assertNear(rmsNorm(t, g, epsilon), plainNorm(false)(x, gain), 1e-6);
  assertNear(layerNormScale(t, epsilon), byRow(x, (row) => [scaleOf(row, true)], 1), 1e-6);
  assertNear(rmsNormScale(t, epsilon), byRow(x, (row) => [scaleOf(row, false)], 1), 1e-6);
});

testOn("layerNorm() keeps the digits of a small variance on a large mean", () => {
  const far = { shape: [1, 7], data: x.data.slice(0, 7).map((v) => Math.fround(1000 + v)) };
  const t = layerNorm(tensor(far), tensor(gain), tensor(bias), epsilon);
  // The mean itself is rounded to 6e-5 where sums are held in 32 bits.
  assertNear(t, plainNorm(true)(far, gain, bias), 1e-3);
});

testOn("layerNorm() has gradients at input, gain and bias", () => {
  assertGradients(
    (x, g, b) => layerNorm(x, g as tf.Tensor1D, b as tf.Tensor1D, epsilon),
    plainNorm(true),
    [x, gain, bias],
  );
});

testOn("rmsNorm() has gradients at input and gain", () => {
  assertGradients(
    (x, g) => rmsNorm(x, g as tf.Tensor1D, epsilon),
    plainNorm(false),
    [x, gain],
  );
});

testOn("layerNormScale() and rmsNormScale() have a gradient", () => {
  const of = (centre: boolean) => (x: Plain) => byRow(x, (row) => [scaleOf(row, centre)], 1);
  assertGradients((x) => layerNormScale(x, epsilon), of(true), [x]);
  assertGradients((x) => rmsNormScale(x, epsilon), of(false), [x]);
});

testOn("normalize() has gradients at input and scale", () => {
  const scale = byRow(normals(4, 2, 3, 7), (row) => [Math.fround(scaleOf(row, true))], 1);
  for (const centre of [true, false]) {
    assertGradients((x, s) => normalize(x, s, { centre }), (x, s) => {
      let place = 0;
      return byRow(x, (row) => {
        const divisor = s.data[place++]!;
        const middle = centre ? mean(row) : 0;
        return row.map((value) => (value - middle) / divisor);
      });
    }, [x, scale]);
  }
});

testOn("affine() has gradients at input, gain and bias", () => {
  assertGradients(
    (x, g, b) => affine(x, g as tf.Tensor1D, b as tf.Tensor1D),
    (x, g, b) => byRow(x, (row) => row.map((value, j) => value * g.data[j]! + b.data[j]!)),
    [x, gain, bias],
  );
});

Deno.test("layerNorm() refuses a gain of another width", () => {
  assertThrows(
    () => layerNorm(tf.zeros([2, 3]), tf.zeros([4]), null, 0),
    TypeError,
    "Cannot apply a norm as its gain must have the width of the input: gain is [4], input is [2, 3]",
  );
});
