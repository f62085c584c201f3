import { eigenvalueSummaries, randomEigenvalues } from "../../lib/decompose/random_eigenvalues.ts";
import { assert, assertEquals } from "../assert.ts";
import { fixtureModel } from "../model/fixture.ts";
import { near } from "../near.ts";

Deno.test("A-22 eigenvalueSummaries() give Σλ / Σ|λ|, and the share with Re λ > 0 among those that are not zero", () => {
  const { copying, positive } = eigenvalueSummaries({
    real: Float64Array.of(3, 3, -2, 0, 0, 0, 0, 0),
    imaginary: Float64Array.of(4, -4, 0, 0, 0, 0, 0, 0),
  }, 4);
  near([copying[0]!], [4 / 12], 1e-15);
  near([positive[0]!], [2 / 3], 1e-15);
  assertEquals([copying[1], positive[1]], [NaN, NaN]);
});

Deno.test("randomEigenvalues() depend on the seed alone", async () => {
  const model = await fixtureModel("gpt2"), options = { between: null, samples: 10, seed: 1 };
  const [first, again, other] = await Promise.all([
    randomEigenvalues(model, options),
    randomEigenvalues(model, options),
    randomEigenvalues(model, { ...options, seed: 2 }),
  ]);
  assertEquals(first, again);
  assert(first!.copying.mean !== other!.copying.mean);
});
