import { neuronExamples } from "../../lib/lens/mod.ts";
import { run } from "../../lib/run/mod.ts";
import { assert, assertEquals, assertRejects } from "../assert.ts";
import { heldTensors } from "../held_tensors.ts";
import { fixtureModel, PROMPTS, seedling } from "../model/fixture.ts";
import { near } from "../near.ts";
import { KINDS } from "./families.ts";

const DATA = [[72, 70, 81, 3, 62], [62, 32, 15], [1, 2, 3, 4, 5], ...PROMPTS];

Deno.test("neuronExamples() finds the places, counts and moments that runs one by one give", async () => {
  for (const family of KINDS) {
    const model = await fixtureModel(family), { mixture } = model.architecture;
    const expert = mixture ? { expert: 1 } : {};
    const places = [{ layer: 1, neuron: 7, ...expert }, { layer: 0, neuron: 2, ...expert }];
    const found = await neuronExamples(model, DATA, places, { count: 4, context: 2 });
    assertEquals(found.neurons.map(({ neuron }) => neuron), places);
    for (const { neuron, layer } of places) {
      const site = mixture ? `blocks.${layer}.moe.experts.1.post` : `blocks.${layer}.mlp.post`;
      const all: number[] = [], where: string[] = [];
      for (const ids of DATA) {
        using result = await run(model, ids, { capture: [site] });
        const values = result.cache.get(site).dataSync(), size = model.architecture.neurons;
        ids.forEach((id, position) => {
          const value = values[position * size + neuron]!;
          if (Number.isNaN(value)) return;
          all.push(value);
          where.push(`${position}:${id}`);
        });
      }
      const activity = found.of({ layer, neuron, ...expert });
      const order = all.map((_, i) => i).sort((a, b) => all[b]! - all[a]!);
      // Batches of several examples may differ in the last digits of float32.
      near(
        activity.places.map(({ activation }) => activation),
        order.slice(0, 4).map((i) => all[i]!),
        1e-5,
      );
      assertEquals(
        activity.places.map(({ position, tokens, at }) => `${position}:${tokens[at]!.id}`),
        order.slice(0, 4).map((i) => where[i]!),
      );
      assertEquals(activity.count, all.length);
      assertEquals(activity.density, all.filter((x) => x > 0).length / all.length);
      const mean = all.reduce((sum, x) => sum + x, 0) / all.length;
      near([activity.mean], [mean], 1e-6);
      near([activity.variance], [
        all.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (all.length - 1),
      ], 1e-5);
      assertEquals(activity.histogram.counts.reduce((a, b) => a + b, 0), all.length);
    }
  }
});

Deno.test("neuronExamples() leaves the beginning token out unless it is asked for", async () => {
  const model = await seedling(), place = { layer: 0, neuron: 3 };
  const text = ["One day, Emma went to the park."], length = model.tokenize(text)[0]!.ids.length;
  const without = await neuronExamples(model, text, [place]);
  const whole = await neuronExamples(model, text, [place], { beginning: true });
  assertEquals([without.neurons[0]!.count, whole.neurons[0]!.count], [length - 1, length]);
});

Deno.test("neuronExamples() that is stopped gives what it has, and frees what it made", async () => {
  const model = await fixtureModel("gpt2"), stop = new AbortController();
  const before = heldTensors();
  const endless = function* () {
    for (;;) yield PROMPTS[0]!;
  };
  const found = await neuronExamples(model, endless(), [{ layer: 0, neuron: 0 }], {
    signal: stop.signal,
    batch: 2,
    onProgress: ({ examples }) => {
      if (examples >= 4) stop.abort();
    },
  });
  assertEquals([found.facts.complete, found.facts.examples], [false, 4]);
  assertEquals(found.neurons[0]!.count, 44);
  assertEquals(heldTensors(), before);
});

Deno.test("neuronExamples() refuses what it cannot watch", async () => {
  const model = await fixtureModel("gpt2"), place = { layer: 0, neuron: 0 };
  await assertRejects(
    () => neuronExamples(model, DATA, []),
    RangeError,
    "Cannot find what drives neurons as at least one must be given as [{ layer, neuron }]: current value is []",
  );
  await assertRejects(
    () => neuronExamples(model, [], [place]),
    RangeError,
    "Cannot find what drives neurons as the data must hold an example: it is empty",
  );
  await assertRejects(
    () => neuronExamples(model, DATA, [place], { count: 0 }),
    RangeError,
    "Cannot find what drives neurons as count must be a whole number from 1 on: current value is 0",
  );
  const found = await neuronExamples(model, DATA, [place]);
  let message = "";
  try {
    found.of({ layer: 1, neuron: 0 });
  } catch (error) {
    message = (error as Error).message;
  }
  assert(
    message === "Cannot read neuron 1.0 as it must have been asked for: those asked for are 0.0",
    message,
  );
});
