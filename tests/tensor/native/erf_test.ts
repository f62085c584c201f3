import { normalProbability } from "../../../lib/tensor/native/erf.ts";
import { normalQuantile } from "../../../lib/stats/normal_quantile.ts";
import { assert, assertEquals } from "../../assert.ts";

Deno.test("normalProbability() undoes the quantile to 4e-10 of itself, far into the tail", () => {
  // One minus a small number has no more digits than this where the quantile is large.
  for (let exponent = -300; exponent < 0; exponent += 0.37) {
    const p = 10 ** exponent;
    const found = normalProbability(normalQuantile(p));
    // The quantile of p is exact to 1e-16 of x, which is x² times as much of p.
    const tolerance = 5e-10 + 4e-16 * normalQuantile(p) ** 2;
    assert(Math.abs(found / p - 1) < tolerance, `${p} came back as ${found}`);
  }
});

Deno.test("normalProbability() has the limits and the symmetry of a probability", () => {
  assertEquals([-Infinity, Infinity].map(normalProbability), [0, 1]);
  assertEquals(normalProbability(NaN), NaN);
  assert(Math.abs(normalProbability(0) - 0.5) < 1e-9);
  for (const x of [0.1, 1, 3]) {
    assert(Math.abs(normalProbability(x) + normalProbability(-x) - 1) < 1e-15);
  }
});
