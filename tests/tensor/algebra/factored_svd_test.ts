import {
  evenFactors,
  factoredEigen,
  factoredNorm,
  factoredSvd,
} from "../../../lib/tensor/algebra/factored_svd.ts";
import { ordered } from "../../../lib/tensor/algebra/eigenvalues.ts";
import { transposed } from "../../../lib/tensor/algebra/matrix.ts";
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
