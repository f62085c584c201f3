import { logSoftmax, pickLogSoftmax, tf } from "../../lib/tensor/mod.ts";
import { assert, assertEquals } from "../assert.ts";
import { near } from "../near.ts";
import { testOn } from "./on_backends.ts";

testOn("pickLogSoftmax() is what logSoftmax() has there, of short rows and of long", () => {
  for (const [rows, width] of [[1, 3], [4, 8], [3, 9], [2, 40_003]] as const) {
    const x = tf.tensor2d(
      Float32Array.from({ length: rows * width }, (_, i) => 8 * Math.sin(1.7 * i)),
      [rows, width],
    );
    const ids = Array.from({ length: rows }, (_, row) => (7 * row + 2) % width);
    const all = logSoftmax(x).dataSync();
    near(pickLogSoftmax(x, ids).dataSync(), ids.map((id, row) => all[row * width + id]!), 4e-6);
  }
});

testOn(
  "pickLogSoftmax() has the gradient of logSoftmax(), and keeps small probabilities and −∞",
  () => {
    const x = tf.tensor2d([[0.5, -1, 2, 0.1, 0, 3, 1, -2, 0.7], [1, 2, 3, 4, 5, 6, 7, 8, 9]]);
    const weights = tf.tensor1d([2, -3]), ids = [2, 8];
    const slope = tf.grad((x: tf.Tensor) =>
      pickLogSoftmax(x as tf.Tensor2D, ids).mul(weights).sum()
    );
    const picked = tf.tensor1d([2, 17], "int32");
    const other = tf.grad((x: tf.Tensor) =>
      tf.gather(logSoftmax(x).reshape([18]), picked).mul(weights).sum()
    );
    near(slope(x).dataSync(), other(x).dataSync(), 1e-6);
    const [small, none] = pickLogSoftmax(
      tf.tensor2d([[0, -200, 0, 0, 0, 0, 0, 0], [0, -Infinity, 0, 0, 0, 0, 0, 0]]),
      [1, 1],
    ).dataSync();
    assert(Math.abs(small! + 200 + Math.log(7)) < 1e-4);
    assertEquals(none, -Infinity);
  },
);
