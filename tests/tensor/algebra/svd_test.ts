import { matMul, readNumbers, startBackend, svd, tf } from "../../../lib/tensor/mod.ts";
import { assertEquals, assertRejects } from "../../assert.ts";
import { heldTensors } from "../../held_tensors.ts";
import { near } from "../../near.ts";
import { kinds } from "./solvers.ts";

await startBackend("float64");

Deno.test("svd() puts matrices of every kind together again, and signs V", async () => {
  for (const [kind, { values, rows, columns }] of Object.entries(kinds)) {
    const a = tf.tensor(values, [rows, columns]), { U, S, V } = await svd(a);
    const most = Math.max(...values.map(Math.abs)) || 1;
    const whole = tf.tidy(() => matMul(U.mul(S), V, false, true));
    near(readNumbers(whole), values, 1e-10 * most, kind);
    for (const column of readNumbers(V.transpose().max(1))) {
      assertEquals(column > 0, true, kind);
    }
  }
});

Deno.test("svd() takes leading axes as batches, and gives tensors that dispose() frees", async () => {
  const list = [1, 2, 3, 4, 5, 6].map((x) => tf.tensor2d([[x, 0], [0, -2 * x], [0, 0]]));
  const a = tf.stack(list).reshape([2, 3, 3, 2]), before = heldTensors();
  const parts = await svd(a), { U, S, V } = parts;
  assertEquals([U.shape, S.shape, V.shape], [[2, 3, 3, 2], [2, 3, 2], [2, 3, 2, 2]]);
  near(readNumbers(S), [1, 2, 3, 4, 5, 6].flatMap((x) => [2 * x, x]), 1e-12);
  assertEquals(heldTensors(), before + 3);
  parts.dispose();
  assertEquals(heldTensors(), before);
});

Deno.test("svd() refuses NaN and options of other names", async () => {
  await assertRejects(
    () => svd(tf.tensor2d([[1, NaN]])),
    RangeError,
    "Cannot take singular values of a matrix as its numbers must be finite: at [0, 1] is NaN",
  );
  await assertRejects(() => svd(tf.eye(2), { thin: true } as object), TypeError, '"thin" is not');
});
