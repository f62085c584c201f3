import { neuronWeights } from "../../lib/lens/neuron_weights.ts";
import { inSlices } from "../../lib/tensor/mod.ts";
import { assertEquals } from "../assert.ts";
import { fixtureModel } from "../model/fixture.ts";
import { near } from "../near.ts";
import { rowTimes, weightOf } from "./families.ts";

Deno.test("neuronWeights() compares the greatest logit with those of the others", async () => {
  const model = await fixtureModel("llama"),
    others = [1, 2, 3, 9].map((neuron) => ({ layer: 1, neuron }));
  const { writes, reads } = await inSlices(neuronWeights(model, { layer: 1, neuron: 7 }, {
    count: 2,
    gains: "raw",
    keys: "W_U",
    others,
  }));
  const W_out = weightOf(model, "blocks.1.mlp.W_out"), W_U = weightOf(model, "W_U");
  const top = (neuron: number) =>
    Math.max(...rowTimes(W_out.subarray(neuron * 32, neuron * 32 + 32), W_U));
  const tops = others.map(({ neuron }) => top(neuron));
  // float32 products against double ones
  near([writes.top.value, writes.top.mean, writes.top.high], [
    top(7),
    tops.reduce((sum, x) => sum + x, 0) / 4,
    Math.max(...tops),
  ], 1e-5);
  near([writes.norm], [Math.hypot(...W_out.subarray(7 * 32, 8 * 32))], 1e-5);
  const b_in = weightOf(model, "blocks.1.mlp.b_in");
  assertEquals(reads.map(({ bias }) => bias), [b_in[7], b_in[7]]);
});
