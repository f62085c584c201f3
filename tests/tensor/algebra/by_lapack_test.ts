import { transposed } from "../../../lib/tensor/algebra/matrix.ts";
import { solveSvd } from "../../../lib/tensor/algebra/svd.ts";
import { solveQr } from "../../../lib/tensor/algebra/qr.ts";
import { ordered } from "../../../lib/tensor/algebra/eigenvalues.ts";
import { assert, assertEquals } from "../../assert.ts";
import { near } from "../../near.ts";
import {
  diagonal,
  kinds,
  normal,
  orthonormal,
  solvers,
  spectra,
  testBoth,
  times,
} from "./solvers.ts";

const most = (values: Float64Array) =>
  values.reduce((top, x) => Math.max(top, Math.abs(x)), 0) || 1;

testBoth("a solver's singular values put every kind of matrix together again", async (by) => {
  for (const [kind, of] of Object.entries(kinds)) {
    const { left, values, right } = await by.svd(of), kept = of.values.slice();
    orthonormal(left, `left of ${kind}`);
    orthonormal(right, `right of ${kind}`);
    const whole = times(times(left, diagonal(values)), transposed(right));
    near(whole.values, of.values, 1e-10 * most(of.values), kind);
    assertEquals(of.values, kept, "the matrix is left alone");
    assert(
      values.every((value, i) => value >= 0 && !(value > values[i - 1]!)),
      `${kind}: ${values}`,
    );
    assertEquals([left.columns, right.columns], [values.length, Math.min(of.rows, of.columns)]);
  }
});

testBoth("a solver's Q and R put every kind of matrix together again", async (by) => {
  for (const [kind, of] of Object.entries(kinds)) {
    const { q: turned, r } = await by.qr(transposed(of)), q = transposed(turned);
    orthonormal(q, `Q of ${kind}`);
    near(times(q, r).values, of.values, 1e-10 * most(of.values), kind);
    const triangle = await by.triangle(transposed(of));
    const whole = await triangle.turn(triangle.r);
    near(whole.values, of.values, 1e-10 * most(of.values), `${kind}, Q kept as what makes it`);
    for (let i = 0; i < r.rows; i++) {
      for (let j = 0; j < Math.min(i, r.columns); j++) {
        assertEquals(r.values[i * r.columns + j]! + 0, 0);
      }
    }
  }
});

testBoth(
  "a solver's eigenvalues are those that are known, with vectors that they stretch",
  async (by) => {
    const cases = [...spectra, {
      name: "normal",
      of: normal(5, 20, 20),
      real: null,
      imaginary: null,
    }];
    for (const { name, of, real, imaginary } of cases) {
      const found = ordered(await by.eigen(of, "vectors"));
      if (real) near(found.real, real, 1e-10 * most(of.values), name);
      if (imaginary) near(found.imaginary, imaginary, 1e-10 * most(of.values), name);
      const values = ordered(await by.eigen(of, "values"));
      near(values.real, found.real, 1e-9, `${name} without vectors`);
      const { real: x, imaginary: y } = found.vectors!, n = of.rows;
      // A·(x + iy) = (a + ib)(x + iy), column by column.
      const [turn, grow] = [diagonal(found.imaginary), diagonal(found.real)];
      const [ax, ay] = [times(of, x), times(of, y)];
      const [xa, xb, ya, yb] = [times(x, grow), times(x, turn), times(y, grow), times(y, turn)];
      near(
        ax.values,
        xa.values.map((v, i) => v - yb.values[i]!),
        1e-10 * n * most(of.values),
        name,
      );
      near(
        ay.values,
        ya.values.map((v, i) => v + xb.values[i]!),
        1e-10 * n * most(of.values),
        name,
      );
      for (let j = 0; j < n; j++) {
        let length = 0;
        for (let i = 0; i < n; i++) length += x.values[i * n + j]! ** 2 + y.values[i * n + j]! ** 2;
        near([length], [1], 1e-12, `${name}: column ${j}`);
      }
    }
  },
);

testBoth("a solver's symmetric eigenvalues put matrices together again", async (by) => {
  const root = normal(3, 15, 15), low = normal(4, 10, 2);
  for (
    const of of [
      times(root, transposed(root)),
      times(low, transposed(low)),
      diagonal([2, 2, -1, 0]),
      diagonal([-3]),
    ]
  ) {
    const { values, vectors } = await by.symmetric(of);
    orthonormal(vectors, "vectors");
    const whole = times(times(vectors, diagonal(values)), transposed(vectors));
    near(whole.values, of.values, 1e-10 * most(of.values));
    assert(values.every((value, i) => !(value < values[i - 1]!)), "ascending");
  }
});

testBoth("a solver's L is a root, and it names the pivot that is not positive", async (by) => {
  const root = normal(3, 9, 14), of = times(root, transposed(root));
  const lower = await by.cholesky(of);
  assert(typeof lower !== "number");
  near(times(lower, transposed(lower)).values, of.values, 1e-10 * most(of.values));
  assertEquals(await by.cholesky(diagonal([1, 4, -2, 1])), 2);
  assertEquals(await by.cholesky(diagonal([0, 1])), 0);
});

testBoth("a solver multiplies", async (by) => {
  for (const [m, k, n] of [[1, 1, 1], [3, 5, 2], [1, 7, 4], [6, 1, 6]] as const) {
    const [a, b] = [normal(1, m, k), normal(2, k, n)];
    near((await by.multiply(a, b)).values, times(a, b).values, 1e-12);
    const turned = await by.multiply(transposed(a), b, "transpose");
    near(turned.values, times(a, b).values, 1e-12);
  }
});

Deno.test({
  name: "both solvers agree, signs included, where a decomposition is unique",
  ignore: solvers[0] === null,
  async fn() {
    const [fast, plain] = solvers as [NonNullable<typeof solvers[0]>, typeof solvers[1]];
    for (const kind of ["tall", "wide", "square", "one number", "one row", "one column"]) {
      const of = kinds[kind]!, [a, b] = [await solveSvd(fast, of), await solveSvd(plain, of)];
      near(a.values, b.values, 1e-10, `values of ${kind}`);
      near(a.left.values, b.left.values, 1e-10, `left of ${kind}`);
      near(a.right.values, b.right.values, 1e-10, `right of ${kind}`);
      const [c, d] = [await solveQr(fast, of), await solveQr(plain, of)];
      near(c.q.values, d.q.values, 1e-10, `Q of ${kind}`);
      near(c.r.values, d.r.values, 1e-10, `R of ${kind}`);
    }
    for (const kind of ["of rank 3", "zero", "identity", "two equal values", "wide of rank 2"]) {
      const of = kinds[kind]!, [a, b] = [await fast.svd(of), await plain.svd(of)];
      near(a.values, b.values, 1e-10, `values of ${kind}`);
    }
    const of = normal(8, 25, 25);
    const [a, b] = [
      ordered(await fast.eigen(of, "vectors")),
      ordered(await plain.eigen(of, "vectors")),
    ];
    near(a.real, b.real, 1e-10);
    near(a.imaginary, b.imaginary, 1e-10);
    near(a.vectors!.real.values, b.vectors!.real.values, 1e-9);
    near(a.vectors!.imaginary.values, b.vectors!.imaginary.values, 1e-9);
  },
});

Deno.test({
  name: "LAPACK lets other tasks run during a long decomposition",
  ignore: solvers[0] === null,
  async fn() {
    let ticks = 0;
    const timer = setInterval(() => ticks++, 5);
    await solvers[0]!.svd(normal(1, 500, 500));
    clearInterval(timer);
    assert(ticks > 1, `${ticks} ticks`);
  },
});
