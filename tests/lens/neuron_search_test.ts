import { readNeuron, searchNeurons } from "../../lib/lens/mod.ts";
import { withWeights } from "../../lib/model/mod.ts";
import { display } from "../../lib/show/mod.ts";
import { assert, assertEquals, assertRejects, assertStringIncludes } from "../assert.ts";
import { heldTensors } from "../held_tensors.ts";
import { fixtureModel, seedling } from "../model/fixture.ts";
import { near } from "../near.ts";
import { KINDS, weightOf } from "./families.ts";

Deno.test("searchNeurons() gives each neuron the score that its readings give, in five families", async () => {
  for (const family of KINDS) {
    const model = await fixtureModel(family), { neurons, mixture } = model.architecture;
    const tokens = [40, 12];
    const found = await searchNeurons(model, tokens, { count: 5, layers: [-1], draws: 3 });
    const experts = mixture ? [0, 1, 2, 3] : [undefined];
    // By reading every neuron of the block one by one.
    const rows: Float64Array[] = [];
    for (const expert of experts) {
      for (let neuron = 0; neuron < neurons; neuron += 1) {
        const place = { layer: 1, neuron, ...expert === undefined ? {} : { expert } };
        const { writes } = await readNeuron(model, place, { texts: null, baseline: 1, count: 1 });
        rows.push(writes.logits);
      }
    }
    const scores = rows.map(() => 0);
    for (const id of tokens) {
      const column = rows.map((row) => row[id]!);
      const mean = column.reduce((sum, x) => sum + x, 0) / rows.length;
      const deviation = Math.sqrt(
        column.reduce((sum, x) => sum + (x - mean) ** 2, 0) / rows.length,
      );
      column.forEach((x, i) => scores[i]! += (x - mean) / deviation / tokens.length);
    }
    const order = scores.map((_, i) => i).sort((a, b) => scores[b]! - scores[a]!).slice(0, 5);
    assertEquals(
      found.neurons.map(({ place }) => (place.expert ?? 0) * neurons + place.neuron),
      order,
      family,
    );
    near(found.neurons.map(({ score }) => score), order.map((i) => scores[i]!), 1e-5, family);
    assertEquals(
      found.neurons[0]!.ranks,
      tokens.map((id) => 1 + rows[order[0]!]!.filter((x) => x > rows[order[0]!]![id]!).length),
    );
    assertEquals(found.searched, rows.length);
  }
});

Deno.test("searchNeurons() finds a planted neuron above the baseline, and not once it is gone", async () => {
  const model = await fixtureModel("gpt_neox");
  const W_out = weightOf(model, "blocks.0.mlp.W_out"), W_U = weightOf(model, "W_U");
  for (let i = 0; i < 32; i++) W_out[33 * 32 + i] = 4 * (W_U[i * 96 + 7]! + W_U[i * 96 + 8]!);
  using planted = withWeights(model, { "blocks.0.mlp.W_out": W_out });
  const options = { gains: "raw", seed: 4, draws: 30 } as const;
  const there = await searchNeurons(planted, [7, 8], options);
  assertEquals(there.neurons[0]!.place, { layer: 0, neuron: 33 });
  assert(there.neurons[0]!.score > Math.max(...there.baseline.best));
  const gone = await searchNeurons(model, [7, 8], options);
  assert(gone.neurons[0]!.score <= Math.max(...gone.baseline.best), "chance alone scores as high");
  const turned = await searchNeurons(planted, [7, 8], { ...options, effect: "suppresses" });
  assert(turned.neurons.every(({ place }) => place.neuron !== 33 || place.layer !== 0));
});

Deno.test("searchNeurons() takes texts, draws itself, frees what it makes and refuses", async () => {
  const model = await seedling();
  const found = await searchNeurons(model, [" Paris", " Rome"], { count: 3 });
  assertEquals(found.searched, 4 * 1024);
  assertStringIncludes(found[display]()["text/plain"], "best of 20 draws");
  const before = heldTensors();
  await searchNeurons(model, " Paris", { count: 3, draws: 2 });
  assertEquals(heldTensors(), before);
  await assertRejects(
    () => searchNeurons(model, []),
    RangeError,
    "Cannot search neurons as at least one token must be given: there is none",
  );
  await assertRejects(
    () => searchNeurons(model, [1], { layers: [4] }),
    RangeError,
    "Cannot search neurons as layers must be from -4 to 3: current value is 4",
  );
  await assertRejects(
    () => searchNeurons(model, [1], { draws: 0 }),
    RangeError,
    "Cannot search neurons as draws must be a whole number from 1 on: current value is 0",
  );
});
