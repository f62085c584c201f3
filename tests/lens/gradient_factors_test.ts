import { factorSites, gradientFactors, summedFactors } from "../../lib/lens/gradient_factors.ts";
import { gradients, logit } from "../../lib/run/mod.ts";
import { startBackend } from "../../lib/tensor/mod.ts";
import { assertEquals } from "../assert.ts";
import { fixtureModel, PROMPTS } from "../model/fixture.ts";
import { near } from "../near.ts";

await startBackend("float64");

Deno.test("gradientFactors() of norms around, a factor of what is written, and experts sum to the gradients", async () => {
  for (const family of ["gemma2", "granite", "mixtral", "gpt_oss", "olmo2"]) {
    const model = await fixtureModel(family), prompt = PROMPTS[0]!, metric = logit(7);
    using found = await gradients(model, prompt, metric, { at: factorSites(model, 0) });
    const factors = gradientFactors(model, found, 0);
    const names = factors.map(({ expert, weight }) =>
      `blocks.0.${expert === undefined ? "mlp" : `moe.experts.${expert}`}.${weight}`
    );
    using whole = await gradients(model, prompt, metric, { at: [], weights: names });
    factors.forEach((own, i) =>
      near(summedFactors(own, prompt.length), whole.weight(names[i]!).dataSync(), 1e-9, family)
    );
  }
});

Deno.test("summedFactors() adds up outer products", () => {
  const summed = summedFactors({
    layer: 0,
    weight: "W_out",
    inputs: Float64Array.of(1, 2, 3, 4),
    backward: Float64Array.of(1, 0, 2, 0, 1, 0),
  }, 2);
  assertEquals([...summed], [1, 3, 2, 2, 4, 4]);
});
