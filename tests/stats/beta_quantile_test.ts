import { betaProbability, betaQuantile } from "../../lib/stats/beta_quantile.ts";
import { assert, assertEquals } from "../assert.ts";
import { near } from "../near.ts";

/** The probability as a sum: a beta variable of whole parameters counts successes of trials. */
function bySum(x: number, a: number, b: number): number {
  const n = a + b - 1;
  let sum = 0;
  for (let k = a; k <= n; k++) {
    let term = x ** k * (1 - x) ** (n - k);
    for (let i = 1; i <= k; i++) term *= (n - k + i) / i;
    sum += term;
  }
  return sum;
}

Deno.test("betaProbability() is the sum of a binomial's tail", () => {
  for (const a of [1, 2, 5, 17, 40]) {
    for (const b of [1, 3, 16, 50]) {
      for (const x of [0.001, 0.2, 0.5, 0.83, 0.999]) {
        const expected = bySum(x, a, b);
        near([betaProbability(x, a, b)], [expected], 1e-13, `${a}, ${b} at ${x}`);
      }
    }
  }
  assertEquals([betaProbability(0, 2, 3), betaProbability(1, 2, 3)], [0, 1]);
});

Deno.test("betaQuantile() undoes the probability, also of a million trials", () => {
  for (const [a, b] of [[1, 1], [1, 7], [30, 2], [300000, 700001], [1, 1e6]] as const) {
    for (const p of [1e-6, 0.025, 0.5, 0.9]) {
      const x = betaQuantile(p, a, b);
      assert(Math.abs(betaProbability(x, a, b) / p - 1) < 1e-8, `${a}, ${b} at ${p}: ${x}`);
    }
  }
  near([betaQuantile(0.3, 1, 1)], [0.3], 1e-15);
  near([betaQuantile(0.3, 1, 4)], [1 - 0.7 ** 0.25], 1e-15);
});
