import { eigenvalues, readNumbers, startBackend, tf } from "../../../lib/tensor/mod.ts";
import { assertEquals, assertRejects } from "../../assert.ts";
import { heldTensors } from "../../held_tensors.ts";
import { near } from "../../near.ts";
import { spectra } from "./solvers.ts";

await startBackend("float64");

Deno.test("eigenvalues() gives known ones in descending order of modulus", async () => {
  for (const { name, of, real, imaginary } of spectra) {
    const found = await eigenvalues(tf.tensor(of.values, [of.rows, of.rows]));
    near(readNumbers(found.real), real, 1e-9, name);
    near(readNumbers(found.imaginary), imaginary, 1e-9, name);
    assertEquals(found.vectors, null);
  }
});

Deno.test("eigenvalues() gives vectors of length 1 whose greatest entry is real and positive", async () => {
  const before = heldTensors();
  const a = tf.tensor3d([[[0, -1], [1, 0]], [[2, 0], [0, -3]]]);
  const found = await eigenvalues(a, { of: "vectors" }), half = Math.SQRT1_2;
  assertEquals(found.vectors!.real.shape, [2, 2, 2]);
  near(readNumbers(found.vectors!.real), [half, half, 0, 0, 0, 1, 1, 0], 1e-12);
  near(readNumbers(found.vectors!.imaginary), [0, 0, -half, half, 0, 0, 0, 0], 1e-12);
  found.dispose();
  a.dispose();
  assertEquals(heldTensors(), before);
});

Deno.test("eigenvalues() refuses oblong matrices and unknown words", async () => {
  await assertRejects(
    () => eigenvalues(tf.zeros([2, 3])),
    TypeError,
    "Cannot take eigenvalues of a matrix as it must be square: it has 2 rows and 3 columns",
  );
  await assertRejects(
    () => eigenvalues(tf.eye(2), { of: "both" as "vectors" }),
    TypeError,
    'of must be "values" or "vectors": current value is "both"',
  );
});
