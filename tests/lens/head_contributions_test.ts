import { layerReading } from "../../lib/lens/head_contributions.ts";
import { assertAlmostEquals, assertEquals } from "../assert.ts";
import { fixtureModel } from "../model/fixture.ts";
import { inSlices } from "../../lib/tensor/mod.ts";

Deno.test("F-05 layerReading() adds heads up, lists both ends and finds what the sum leaves out", async () => {
  const model = await fixtureModel("gpt2");
  const all = { heads: Float32Array.of(1, 2, 3, -1, 0, 5), whole: Float32Array.of(0, 2, 8.5) };
  const asked = { layer: 1, heads: [1], top: 2, tracked: [0], end: Float32Array.of(0, 2, 8) };
  const { heads, sum, gap, divergence } = await inSlices(layerReading(model, all, asked));
  assertEquals([
    sum.promoted.map(({ id, logit }) => [id, logit]),
    sum.suppressed.map(({ id }) => id),
  ], [[[2, 8], [1, 2]], [0, 1]]);
  assertEquals([heads.map(({ head }) => head), heads[0]!.tracked[0]!.logit, gap, divergence], [
    [1],
    -1,
    0.5,
    0,
  ]);
  assertAlmostEquals(heads[0]!.mean, 4 / 3, 1e-12);
  assertAlmostEquals(heads[0]!.deviation ** 2, (1 + 0 + 25) / 3 - 16 / 9, 1e-12);
});
