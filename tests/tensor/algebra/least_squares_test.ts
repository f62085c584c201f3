import {
  leastSquares,
  matMul,
  pseudoInverse,
  readNumbers,
  startBackend,
  tf,
} from "../../../lib/tensor/mod.ts";
import { assertEquals, assertRejects } from "../../assert.ts";
import { near } from "../../near.ts";
import { normal } from "./solvers.ts";

await startBackend("float64");

const tensor = (seed: number, rows: number, columns: number) =>
  tf.tensor2d(normal(seed, rows, columns).values, [rows, columns]);

Deno.test("leastSquares() satisfies the normal equations, with and without a ridge", async () => {
  const [a, b] = [tensor(1, 20, 5), tensor(2, 20, 3)];
  for (const ridge of [0, 0.7]) {
    const x = await leastSquares(a, b, { ridge });
    const slope = tf.tidy(() => matMul(a, matMul(a, x).sub(b), true).add(x.mul(ridge)));
    near(readNumbers(slope), new Float64Array(15), 1e-10, `ridge ${ridge}`);
  }
});

Deno.test("leastSquares() finds a planted map, and of many the shortest", async () => {
  const [a, x] = [tensor(1, 20, 5), tensor(3, 5, 2)];
  near(readNumbers(await leastSquares(a, matMul(a, x))), readNumbers(x), 1e-10);
  // Six unknowns and four equations; then columns that say the same twice.
  for (const wide of [tensor(4, 4, 6), tf.concat([a, a], 1) as tf.Tensor2D]) {
    const b = tensor(5, wide.shape[0], 2), found = await leastSquares(wide, b);
    near(readNumbers(found), readNumbers(matMul(await pseudoInverse(wide), b)), 1e-10);
  }
});

Deno.test("leastSquares() takes a vector, and batches", async () => {
  const a = tf.tensor2d([[1], [2], [3]]);
  const slope = await leastSquares(a, tf.tensor1d([2, 4, 6]));
  assertEquals(slope.shape, [1]);
  near(readNumbers(slope), [2], 1e-12);
  const batch = await leastSquares(tf.stack([a, a.mul(2)]), tf.ones([2, 3, 4]));
  assertEquals(batch.shape, [2, 1, 4]);
});

Deno.test("leastSquares() refuses shapes that do not fit and a ridge below 0", async () => {
  await assertRejects(
    () => leastSquares(tf.ones([3, 2]), tf.ones([4, 1])),
    TypeError,
    "Cannot fit by least squares as both must have the same rows and leading axes: shapes are [3, 2] and [4, 1]",
  );
  await assertRejects(
    () => leastSquares(tf.ones([3, 2]), tf.ones([3, 1]), { ridge: -1 }),
    RangeError,
    "Cannot fit by least squares as ridge must be 0 or more: current value is -1",
  );
});
