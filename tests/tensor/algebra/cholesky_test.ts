import { cholesky, matMul, readNumbers, startBackend, tf } from "../../../lib/tensor/mod.ts";
import { assertRejects } from "../../assert.ts";
import { near } from "../../near.ts";
import { normal } from "./solvers.ts";

await startBackend("float64");

Deno.test("cholesky() is a root of each matrix of a batch", async () => {
  const x = tf.tensor(normal(1, 10, 7).values, [2, 5, 7]), a = matMul(x, x, false, true);
  const root = await cholesky(a);
  near(readNumbers(matMul(root, root, false, true)), readNumbers(a), 1e-10);
  near(readNumbers(root.slice([0, 0, 1], [2, 1, 4])), new Float64Array(8), 0, "above the diagonal");
});

Deno.test("cholesky() says which pivot of which matrix is not positive", async () => {
  const bad = tf.tensor2d([[1, 2], [2, 1]]),
    purpose = "Cannot factor a matrix into L and its transpose";
  await assertRejects(
    () => cholesky(bad),
    RangeError,
    `${purpose} as it must be positive definite: pivot 1 is not positive`,
  );
  await assertRejects(
    () => cholesky(tf.stack([tf.eye(2), bad])),
    RangeError,
    `${purpose} as it must be positive definite: pivot 1 of matrix 1 is not positive`,
  );
  await assertRejects(() => cholesky(tf.zeros([1, 2])), TypeError, "must be square");
});
