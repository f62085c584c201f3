import { searchNeurons } from "../../lib/lens/mod.ts";
import { display } from "../../lib/show/mod.ts";
import { assertEquals, assertStringIncludes } from "../assert.ts";
import { fixtureModel } from "../model/fixture.ts";

Deno.test("NeuronSearch draws a line a neuron and says what chance reaches", async () => {
  const model = await fixtureModel("mixtral");
  const options = { count: 4, draws: 5, seed: 2, effect: "suppresses" } as const;
  const found = await searchNeurons(model, [3, 4], options);
  const text = found[display]()["text/plain"];
  assertStringIncludes(text, "Neurons of mixtral that suppress");
  assertStringIncludes(text, "best of 5 draws of as many tokens by chance (seed 2)");
  assertEquals(JSON.parse(JSON.stringify(found)).neurons.length, 4);
  assertEquals(found.baseline.best.length, 5);
});
