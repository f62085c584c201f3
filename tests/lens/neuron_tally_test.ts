import { NeuronTally } from "../../lib/lens/neuron_tally.ts";
import { assertEquals } from "../assert.ts";
import { fixtureModel } from "../model/fixture.ts";

Deno.test("NeuronTally keeps the greatest places with their context, of equals the first", async () => {
  const model = await fixtureModel("gpt2"), [prompt] = model.tokenize([[5, 6, 7, 8, 9]]);
  const tally = new NeuronTally({ layer: 0, neuron: 1 }, { index: 4, count: 2, context: 1 });
  tally.add(prompt!, Float32Array.of(9, 1, 3, NaN, 3), 1);
  const [index, activity] = tally.finish();
  assertEquals(index, 4);
  assertEquals(
    activity.places.map(({ position, activation, at, tokens }) => [
      position,
      activation,
      at,
      tokens.map(({ id }) => id),
    ]),
    [[2, 3, 1, [6, 7, 8]], [4, 3, 1, [8, 9]]],
  );
  assertEquals([activity.count, activity.density, activity.greatest, activity.least], [3, 1, 3, 1]);
});

Deno.test("NeuronTally of nothing has no places and no numbers", () => {
  const tally = new NeuronTally({ layer: 0, neuron: 1 }, { index: 0, count: 2, context: 1 });
  const [, activity] = tally.finish();
  assertEquals(
    [activity.count, activity.density, activity.mean, activity.greatest, activity.places.length],
    [0, NaN, NaN, NaN, 0],
  );
});
