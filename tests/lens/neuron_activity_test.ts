import { NeuronActivity, neuronExamples } from "../../lib/lens/mod.ts";
import { display, inspect } from "../../lib/show/mod.ts";
import { assert, assertEquals, assertStringIncludes } from "../assert.ts";
import { seedling } from "../model/fixture.ts";

Deno.test("NeuronActivity draws its spread and its places, and hostile tokens stay text", async () => {
  const model = await seedling();
  const texts = ["<b>One</b> day, Emma went to the park.", "The capital of France is Paris."];
  const { neurons } = await neuronExamples(model, texts, [{ layer: 1, neuron: 7 }], { count: 3 });
  const [activity] = neurons, drawing = await activity![display]();
  assertEquals(activity!.places.length, 3);
  assert(!drawing["text/html"].includes("<b>One"), "tokens are escaped");
  assertStringIncludes(drawing["text/plain"], "Activations of neuron 1.7");
  assertStringIncludes(drawing["text/plain"], "counts on a logarithmic axis");
  assertStringIncludes(activity![inspect](), "Neuron 1.7: above 0 at ");
  assertEquals(JSON.parse(JSON.stringify(activity)).count, activity!.count);
});

Deno.test("NeuronActivity of a neuron that no token used, or that was infinite, says so", async () => {
  const none = {
    neuron: { layer: 0, neuron: 1 },
    count: 0,
    density: NaN,
    mean: NaN,
    variance: NaN,
    greatest: NaN,
    least: NaN,
    histogram: { edges: [], counts: [] },
    places: [],
  };
  assertStringIncludes(
    (await new NeuronActivity(none).spread())["text/plain"],
    "0 tokens in 0 bins",
  );
  const odd = { ...none, count: 3, histogram: { edges: [0, 1], counts: [2] } };
  assertStringIncludes(
    (await new NeuronActivity(odd).spread())["text/plain"],
    "1 infinite, in no bin",
  );
});
