import { matMul, qr, readNumbers, startBackend, tf } from "../../../lib/tensor/mod.ts";
import { assertEquals } from "../../assert.ts";
import { heldTensors } from "../../held_tensors.ts";
import { near } from "../../near.ts";
import { kinds } from "./solvers.ts";

await startBackend("float64");

Deno.test("qr() puts matrices of every kind together again, the diagonal never negative", async () => {
  for (const [kind, { values, rows, columns }] of Object.entries(kinds)) {
    const { Q, R } = await qr(tf.tensor(values, [rows, columns])), rank = Math.min(rows, columns);
    const most = Math.max(...values.map(Math.abs)) || 1;
    near(readNumbers(matMul(Q, R)), values, 1e-10 * most, kind);
    near(readNumbers(matMul(Q, Q, true)), readNumbers(tf.eye(rank)), 1e-10, kind);
    const r = readNumbers(R);
    for (let i = 0; i < rank; i++) assertEquals(r[i * columns + i]! >= 0, true, kind);
  }
});

Deno.test("qr() takes batches, and dispose() frees", async () => {
  const a = tf.ones([2, 3, 4, 1]), before = heldTensors(), parts = await qr(a);
  assertEquals([parts.Q.shape, parts.R.shape], [[2, 3, 4, 1], [2, 3, 1, 1]]);
  near(readNumbers(parts.R), new Float64Array(6).fill(2), 1e-12);
  parts.dispose();
  assertEquals(heldTensors(), before);
});
