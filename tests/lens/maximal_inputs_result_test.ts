import { MaximalInputs, neuronExamples } from "../../lib/lens/mod.ts";
import { display } from "../../lib/show/mod.ts";
import { assertEquals, assertStringIncludes } from "../assert.ts";
import { fixtureModel } from "../model/fixture.ts";

Deno.test("MaximalInputs tells whether what drives a neuron holds on other data", async () => {
  const model = await fixtureModel("gpt2"), neuron = { layer: 0, neuron: 5 };
  const over = async (data: number[][]) =>
    (await neuronExamples(model, data, [neuron], { count: 2 })).neurons[0]!;
  const facts = {
    model: "gpt2",
    neuron,
    search: "coordinate",
    tried: 7,
    seed: 1,
    prompts: [{ ids: [3], tokens: [{ text: "#3", id: 3 }], activation: 1.5 }],
  } as const;
  const one = await over([[3, 17]]), other = await over([[17, 40]]);
  const verdicts = [[one, null], [one, one], [one, other]].map(([texts, check]) =>
    new MaximalInputs({ ...facts, texts: texts!, check: check ?? null })
  );
  assertEquals(verdicts.map(({ overlap }) => overlap), [NaN, 1, 0.5]);
  assertEquals(verdicts.map(({ illusion }) => illusion), [null, false, false]);
  assertStringIncludes(verdicts[0]![display]()["text/plain"], "not checked on other data");
  assertStringIncludes(verdicts[2]![display]()["text/plain"], "50.0% of the tokens");
  assertEquals(JSON.parse(JSON.stringify(verdicts[2])).overlap, 0.5);
});
