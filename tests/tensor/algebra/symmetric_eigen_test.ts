import { matMul, readNumbers, startBackend, symmetricEigen, tf } from "../../../lib/tensor/mod.ts";
import { assertEquals, assertRejects } from "../../assert.ts";
import { near } from "../../near.ts";
import { normal } from "./solvers.ts";

await startBackend("float64");

Deno.test("symmetricEigen() puts a matrix together again, values descending", async () => {
  const root = normal(1, 9, 4),
    a = tf.tidy(() => {
      const x = tf.tensor(root.values, [9, 4]);
      return matMul(x, x, false, true).sub(tf.eye(9));
    });
  const { values, vectors } = await symmetricEigen(a);
  near(readNumbers(matMul(vectors.mul(values), vectors, false, true)), readNumbers(a), 1e-10);
  near(readNumbers(matMul(vectors, vectors, true, false)), readNumbers(tf.eye(9)), 1e-10);
  near(readNumbers(values).slice(4), new Float64Array(5).fill(-1), 1e-10);
  const list = readNumbers(values);
  assertEquals([...list].sort((x, y) => y - x), [...list]);
});

Deno.test("symmetricEigen() of a diagonal is that diagonal, in order", async () => {
  const parts = await symmetricEigen(tf.tensor3d([[[1, 0], [0, 3]], [[-1, 0], [0, -1]]]));
  assertEquals([...readNumbers(parts.values)], [3, 1, -1, -1]);
  assertEquals([...readNumbers(parts.vectors)].slice(0, 4).map(Math.abs), [0, 1, 1, 0]);
  parts.dispose();
});

Deno.test("symmetricEigen() takes rounding for symmetric, and refuses more", async () => {
  await symmetricEigen(tf.tensor2d([[1, 2], [2 + 1e-11, 1]]));
  await assertRejects(
    () => symmetricEigen(tf.tensor2d([[1, 2], [2.5, 1]])),
    RangeError,
    "Cannot take eigenvalues of a symmetric matrix as it must be symmetric: at [0, 1] is 2, at [1, 0] is 2.5",
  );
});
