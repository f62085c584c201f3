import { meanCosine, nodeSites } from "../../lib/circuits/node_scores.ts";
import { RandomStream } from "../../lib/stats/mod.ts";
import { assertAlmostEquals, assertEquals } from "../assert.ts";
import { fixtureModel } from "../model/fixture.ts";

Deno.test("meanCosine() is the mean size of the cosine of directions by chance", () => {
  assertEquals(meanCosine(1), 1);
  assertAlmostEquals(meanCosine(2), 2 / Math.PI, 1e-15);
  assertAlmostEquals(meanCosine(3), 1 / 2, 1e-15);
  // Γ(384) / (√π Γ(384.5)) by Stirling: √(2/π n) but for a quarter over n.
  assertAlmostEquals(meanCosine(768) / Math.sqrt(2 / (Math.PI * 768)), 1 + 0.25 / 768, 1e-6);
  const random = new RandomStream(1, "directions"), draws = 20_000;
  let sum = 0;
  for (let draw = 0; draw < draws; draw++) {
    const [x, y, z] = [random.normal(), random.normal(), random.normal()];
    sum += Math.abs(x) / Math.hypot(x, y, z);
  }
  // Uniform between 0 and 1: a standard error of 1/√12/√20000 = 0.002, five of them.
  assertAlmostEquals(sum / draws, 0.5, 0.01);
});

Deno.test("nodeSites() finds sites by the names of a sweep", async () => {
  const model = await fixtureModel("gpt2");
  assertEquals(nodeSites(model, "z"), nodeSites(model, "attn.z"));
  assertEquals(nodeSites(model, "blocks.1.resid_pre"), ["blocks.1.resid_pre"]);
  assertEquals(nodeSites(model, "embed"), ["embed"]);
});
