import {
  evenFactors,
  factoredEigen,
  factoredNorm,
  factoredSvd,
} from "../../../lib/tensor/algebra/factored_svd.ts";
import { ordered } from "../../../lib/tensor/algebra/eigenvalues.ts";
import { matrix, transposed } from "../../../lib/tensor/algebra/matrix.ts";
import { assertEquals } from "../../assert.ts";
import { near } from "../../near.ts";
import { diagonal, normal, orthonormal, testBoth, times } from "./solvers.ts";

testBoth("factors are decomposed as their product is", async (by) => {
  const a = normal(1, 30, 4), b = normal(2, 4, 30), product = times(a, b);
  const parts = await factoredSvd(by, a, b);
  orthonormal(parts.left, "left");
  orthonormal(parts.right, "right");
  const whole = times(times(parts.left, diagonal(parts.values)), transposed(parts.right));
  near(whole.values, product.values, 1e-10);
  const even = evenFactors(parts);
  near(times(even.a, even.b).values, product.values, 1e-10);
  near([await factoredNorm(by, a, b)], [Math.hypot(...product.values)], 1e-10);
  const [few, all] = [await factoredEigen(by, a, b), await by.eigen(product, "values")];
  near(ordered(few).real, ordered(all).real.slice(0, 4), 1e-9);
  near(ordered(few).imaginary, ordered(all).imaginary.slice(0, 4), 1e-9);
});

testBoth("a few vectors of factors are the first of all, signs and values too", async (by) => {
  for (const [rows, inner, columns] of [[30, 4, 20], [3, 8, 30]] as const) {
    const a = normal(3, rows, inner), b = normal(4, inner, columns);
    const all = await factoredSvd(by, a, b), rank = Math.min(rows, inner);
    for (const [left, right] of [[0, 2], [2, 0], [1, 3], [99, 1]] as const) {
      const few = await factoredSvd(by, a, b, { left, right });
      assertEquals(few.values, all.values);
      for (
        const [own, whole, count] of [[few.left, all.left, left], [
          few.right,
          all.right,
          right,
        ]] as const
      ) {
        const columns = Math.min(count, rank);
        assertEquals(own.columns, columns);
        near(
          own.values,
          matrix(columns && whole.rows, columns, (i, j) => whole.values[i * rank + j]!).values,
          1e-12,
        );
      }
    }
  }
});
