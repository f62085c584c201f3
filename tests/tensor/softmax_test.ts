import { logSoftmax, softmax, tf } from "../../lib/tensor/mod.ts";
import { assert, assertEquals } from "../assert.ts";
import { testOn } from "./on_backends.ts";
import { assertGradients, assertNear, byRow, normals, type Plain, tensor } from "./plain.ts";

const total = (row: Float64Array) => row.reduce((sum, value) => sum + Math.exp(value), 0);
const reference = (x: Plain) => byRow(x, (row) => row.map((value) => Math.exp(value) / total(row)));
const logReference = (x: Plain) =>
  byRow(x, (row) => row.map((value) => value - Math.log(total(row))));

testOn("softmax() and logSoftmax() compute their formulas in doubles, at ranks 1 to 5", () => {
  for (const shape of [[7], [3, 5], [2, 1, 3], [1, 2, 2, 2], [2, 1, 1, 2, 3]]) {
    const x = normals(1, ...shape);
    assertNear(softmax(tensor(x)), reference(x), 1e-6);
    assertNear(logSoftmax(tensor(x)), logReference(x), 1e-6);
  }
});

testOn("softmax() and logSoftmax() have a gradient", () => {
  assertGradients(softmax, reference, [normals(1, 2, 5)]);
  assertGradients(logSoftmax, logReference, [normals(1, 2, 5)]);
});

testOn("softmax() gives exactly 0 where a score is -Infinity, and NaN where all are", () => {
  const x = tf.tensor2d([[1, -Infinity, 1], [-Infinity, -Infinity, -Infinity]]);
  assertEquals([...softmax(x).dataSync()], [0.5, 0, 0.5, NaN, NaN, NaN]);
  const slope = tf.grad((x: tf.Tensor) => softmax(x).slice([0, 0], [1, 3]))(
    x.slice([0, 0], [1, 3]),
  );
  assertEquals(slope.dataSync()[1], 0);
});

testOn("softmax() is not troubled by large scores, nor logSoftmax() by small probabilities", () => {
  assertEquals([...softmax(tf.tensor1d([1000, 1000])).dataSync()], [0.5, 0.5]);
  const [, small] = logSoftmax(tf.tensor1d([0, -200])).dataSync();
  assert(Math.abs(small! + 200) < 1e-4);
});
