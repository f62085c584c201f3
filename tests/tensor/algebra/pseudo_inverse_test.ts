import { matMul, pseudoInverse, readNumbers, startBackend, tf } from "../../../lib/tensor/mod.ts";
import { defaultTolerance } from "../../../lib/tensor/algebra/pseudo_inverse.ts";
import { assertEquals, assertRejects } from "../../assert.ts";
import { near } from "../../near.ts";
import { kinds } from "./solvers.ts";

await startBackend("float64");

Deno.test("pseudoInverse() satisfies the four conditions of Penrose", async () => {
  for (const [kind, { values, rows, columns }] of Object.entries(kinds)) {
    if (kind === "large") continue; // its square leaves the range of doubles in products of four
    const a = tf.tensor(values, [rows, columns]), x = await pseudoInverse(a);
    const [ax, xa] = [matMul(a, x), matMul(x, a)];
    const most = Math.max(1, ...values.map(Math.abs));
    near(readNumbers(matMul(ax, a)), values, 1e-10 * most, `${kind}: AXA`);
    near(readNumbers(matMul(xa, x)), readNumbers(x), 1e-9, `${kind}: XAX`);
    near(readNumbers(ax), readNumbers(ax.transpose()), 1e-10, `${kind}: AX`);
    near(readNumbers(xa), readNumbers(xa.transpose()), 1e-10, `${kind}: XA`);
  }
});

Deno.test("pseudoInverse() drops singular values up to its tolerance", async () => {
  const a = tf.tensor2d([[1, 0], [0, 1e-3]]);
  assertEquals([...readNumbers(await pseudoInverse(a))], [1, 0, 0, 1000]);
  assertEquals([...readNumbers(await pseudoInverse(a, { tolerance: 2e-3 }))], [1, 0, 0, 0]);
  assertEquals(defaultTolerance(3, 8), 8 * 2 ** -52, "doubles on this backend");
  await assertRejects(
    () => pseudoInverse(a, { tolerance: 1 }),
    RangeError,
    "Cannot invert a matrix as tolerance must be from 0 to less than 1: current value is 1",
  );
});
