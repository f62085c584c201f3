import {
  eigenvalues,
  FactoredMatrix,
  matMul,
  readNumbers,
  startBackend,
  svd,
  tf,
} from "../../lib/tensor/mod.ts";
import { assert, assertEquals, assertRejects, assertThrows } from "../assert.ts";
import { heldTensors } from "../held_tensors.ts";
import { near } from "../near.ts";
import { normal } from "./algebra/solvers.ts";

await startBackend("float64");

const tensor = (seed: number, ...shape: number[]) =>
  tf.tensor(normal(seed, shape.reduce((all, size) => all * size, 1), 1).values, shape);
const make = (seed: number, rows = 9, inner = 3, columns = 7, batch: number[] = [2]) =>
  new FactoredMatrix(
    tensor(seed, ...batch, rows, inner),
    tensor(seed + 1, ...batch, inner, columns),
  );
const same = (of: FactoredMatrix, expected: tf.Tensor, what?: string) => {
  assertEquals(of.shape, expected.shape);
  near(readNumbers(of.product()), readNumbers(expected), 1e-10, what);
};

Deno.test("FactoredMatrix gives as few singular vectors as are wanted, those of the greatest values", async () => {
  const x = make(1), all = await x.svd(), few = await x.svd({ left: 0, right: 2 });
  assertEquals([few.U.shape, few.S.shape, few.V.shape], [[2, 9, 0], [2, 3], [2, 7, 2]]);
  near(readNumbers(few.S), readNumbers(all.S), 1e-12);
  near(readNumbers(few.V), readNumbers(tf.slice(all.V, [0, 0, 0], [2, 7, 2])), 1e-12);
});

Deno.test("FactoredMatrix multiplies by everything on both sides as its product does", () => {
  const [x, y, p] = [make(1), make(3, 7, 2, 5), make(1).product()], q = y.product();
  assertEquals([x.shape, x.inner, y.inner], [[2, 9, 7], 3, 2]);
  same(x.times(y), matMul(p, q), "the shorter inner axis of y");
  assertEquals(x.times(y).inner, 2);
  same(y.T.times(x.T), matMul(p, q).transpose([0, 2, 1]), "the transpose");
  assertEquals(y.T.times(x.T).inner, 2);
  same(x.times(-3), p.mul(-3));
  const m = tensor(9, 7, 4), n = tensor(10, 2, 4, 9);
  same(x.times(m), matMul(p, m), "a matrix for the whole batch");
  same(x.leftTimes(n), matMul(n, p), "a matrix each");
  const v = tensor(11, 7) as tf.Tensor1D, w = tensor(12, 9) as tf.Tensor1D;
  near(readNumbers(x.times(v)), readNumbers(matMul(p, v.expandDims(1))), 1e-10);
  near(readNumbers(x.leftTimes(w)), readNumbers(matMul(w.expandDims(0), p)), 1e-10);
  assertEquals([x.times(v).shape, x.leftTimes(w).shape], [[2, 9], [2, 7]]);
});

Deno.test("FactoredMatrix takes singular values without its product, at every length of the inner axis", async () => {
  for (const [rows, inner, columns] of [[9, 3, 7], [4, 6, 5], [3, 8, 2], [1, 1, 1], [6, 4, 3]]) {
    const x = make(5, rows, inner, columns), p = x.product();
    const [found, whole] = [await x.svd(), await svd(p)];
    const rank = Math.min(rows!, inner!, columns!), what = `${rows}, ${inner}, ${columns}`;
    assertEquals(found.S.shape, [2, rank], what);
    near(readNumbers(found.S), readNumbers(whole.S.slice([0, 0], [2, rank])), 1e-10, what);
    const again = matMul(found.U.mul(found.S.expandDims(1)), found.V, false, true);
    near(readNumbers(again), readNumbers(p), 1e-10, what);
    near(readNumbers(found.V), readNumbers(whole.V.slice([0, 0, 0], [2, columns!, rank])), 1e-8);
    const squares = matMul(found.U, found.U, true);
    near(readNumbers(squares), readNumbers(tf.stack([tf.eye(rank), tf.eye(rank)])), 1e-10);
  }
});

Deno.test("A-22 FactoredMatrix takes the eigenvalues of A·B from B·A, and their sum is the trace", async () => {
  for (const [rows, inner] of [[9, 3], [3, 5], [4, 4]] as const) {
    const x = make(7, rows, inner, rows), count = Math.min(rows, inner);
    const [found, whole] = [await x.eigenvalues(), await eigenvalues(x.product())];
    assertEquals(found.real.shape, [2, count]);
    for (const part of ["real", "imaginary"] as const) {
      near(readNumbers(found[part]), readNumbers(whole[part].slice([0, 0], [2, count])), 1e-9);
    }
    near(readNumbers(found.real.sum(1)), readNumbers(x.trace()), 1e-9);
    const diagonal = readNumbers(x.product().mul(tf.eye(rows)).sum([1, 2]));
    near(readNumbers(x.trace()), diagonal, 1e-10);
    // The product of all is the determinant of B·A, and so is that of the singular values but for signs.
    const moduli = readNumbers(found.real.square().add(found.imaginary.square()).sqrt().prod(1));
    const ba = rows < inner ? matMul(x.A, x.B) : matMul(x.B, x.A);
    near(moduli, readNumbers((await svd(ba)).S.prod(1)), 1e-9 * Math.max(...moduli));
  }
});

Deno.test("FactoredMatrix takes the norm of a product, and next to none where it is zero", async () => {
  const x = make(9);
  near(readNumbers(await x.norm()), readNumbers(x.product().square().sum([1, 2]).sqrt()), 1e-10);
  const zero = new FactoredMatrix(tf.tensor2d([[1, 1]]), tf.tensor2d([[1 / 3, 2], [-1 / 3, -2]]));
  near(readNumbers(await zero.norm()), [0], 1e-7);
});

Deno.test("FactoredMatrix cuts blocks and picks from batches", () => {
  const x = make(11, 6, 2, 5, [2, 3]), p = x.product();
  same(x.slice([1, 3], [-2, 5]), p.slice([0, 0, 1, 3], [2, 3, 2, 2]));
  same(x.slice(null, [0, 1]), p.slice([0, 0, 0, 0], [2, 3, 6, 1]));
  same(x.at(1), p.slice([1], [1]).squeeze([0]));
  same(x.at(-1, -3), p.slice([1, 0], [1, 1]).squeeze([0, 1]));
  same(x.at(), p);
});

Deno.test("FactoredMatrix collapses to either side, and shares singular values evenly", async () => {
  const x = make(13), { U, S, V } = await x.svd(), p = x.product();
  const left = await x.collapse("left"), right = await x.collapse("right");
  near(readNumbers(left), readNumbers(S.expandDims(2).mul(V.transpose([0, 2, 1]))), 1e-10);
  near(readNumbers(right), readNumbers(U.mul(S.expandDims(1))), 1e-10);
  near(readNumbers(matMul(left, left, true)), readNumbers(matMul(p, p, true)), 1e-9);
  const even = await x.makeEven();
  same(even, p);
  near(
    readNumbers(matMul(even.A, even.A, true)),
    readNumbers(matMul(even.B, even.B, false, true)),
    1e-9,
  );
});

Deno.test("FactoredMatrix broadcasts leading axes", () => {
  const a = tensor(1, 3, 1, 4, 2), b = tensor(2, 5, 2, 4), p = matMul(a, b);
  const x = new FactoredMatrix(a.clone(), b.clone());
  assertEquals(x.shape, [3, 5, 4, 4]);
  same(x, p);
  same(x.at(2, 4), p.slice([2, 4], [1, 1]).squeeze([0, 1]));
});

Deno.test("FactoredMatrix owns its tensors: nothing else stays, and tf.tidy() leaves them", async () => {
  const before = heldTensors();
  let x = make(1, 5, 2, 5, []);
  x.dispose();
  tf.tidy(() => void (x = make(1, 5, 2, 5, [])));
  const y = x.times(x), z = y.slice([0, 2]).at();
  const parts = [await x.svd(), await x.eigenvalues(), await x.makeEven()];
  const tensors = [x.trace(), await x.norm(), await x.collapse("left")];
  assertEquals(readNumbers(x.product()).length, 25);
  for (const each of [x, y, z, ...parts]) each.dispose();
  tf.dispose(tensors);
  // The slice that z was picked from, and the product, were left to the collector or never freed.
  assert(heldTensors() - before <= 3, `${heldTensors() - before}`);
});

Deno.test("FactoredMatrix refuses what does not fit", async () => {
  const fit = "Cannot factor a matrix as [..., rows, inner] and [..., inner, columns] must fit";
  const x = make(1, 5, 2, 4);
  for (
    const [act, type, message] of [
      [
        () => new FactoredMatrix(tf.ones([2, 3]), tf.ones([2, 3])),
        TypeError,
        `${fit}: shapes are [2, 3] and [2, 3]`,
      ],
      [() => new FactoredMatrix(tf.ones([2, 2, 3]), tf.ones([3, 3, 1])), TypeError, fit],
      [
        () => new FactoredMatrix(tf.ones([2]), tf.ones([2, 3])),
        TypeError,
        "Cannot factor a matrix as A must be a tensor of rank 2 or more: current value is [2]",
      ],
      [() => x.times(tf.ones([3, 1])), TypeError, "inner sizes must be equal: they are 4 and 3"],
      [
        () => x.trace(),
        TypeError,
        "Cannot take the trace of a product as it must be square: it has 5 rows and 4 columns",
      ],
      [
        () => x.slice([2, 2]),
        RangeError,
        "Cannot cut a factored matrix as a range must lie within 0 to 5: current value is 2 to 2",
      ],
      [
        () => x.at(2),
        RangeError,
        "an index must lie within its axis: axis 0 has 2, the index is 2",
      ],
      [() => x.at(0, 0), RangeError, "there must be no more indices than leading axes: 2 and 1"],
      [
        () => x.product({ limit: 39 }),
        RangeError,
        "Cannot form a product as it must have at most 39 numbers: it has 40, [2, 5, 4]; take a block by slice() or give a limit",
      ],
    ] as const
  ) {
    assertThrows(act, type, message);
  }
  await assertRejects(
    () => x.eigenvalues(),
    TypeError,
    "Cannot take eigenvalues of a product as it must be square",
  );
  await assertRejects(
    () => x.collapse("up" as "left"),
    TypeError,
    'its side must be "left" or "right": current value is "up"',
  );
  await assertRejects(
    () => x.svd({ left: -1 }),
    RangeError,
    "Cannot take singular values of a product as left must be a whole number from 0 on, how many vectors are made: current value is -1",
  );
  await assertRejects(
    () => make(1).times(NaN).svd(),
    RangeError,
    "Cannot take singular values of a product as its numbers must be finite",
  );
});
