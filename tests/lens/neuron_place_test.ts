import {
  checkNeuron,
  networksOf,
  neuronName,
  neuronSite,
  neuronWeight,
} from "../../lib/lens/neuron_place.ts";
import { assertEquals, assertThrows } from "../assert.ts";
import { fixtureModel } from "../model/fixture.ts";
import { same } from "../near.ts";
import { taken, weightOf } from "./families.ts";

Deno.test("checkNeuron() counts from the end, and refuses what is no place", async () => {
  const model = await fixtureModel("gpt2"), mixture = await fixtureModel("mixtral");
  assertEquals(checkNeuron(model, { layer: -1, neuron: -2 }, "read"), { layer: 1, neuron: 126 });
  assertEquals(checkNeuron(mixture, { layer: 0, neuron: 1, expert: -1 }, "read"), {
    layer: 0,
    neuron: 1,
    expert: 3,
  });
  assertThrows(
    () => checkNeuron(model, 3 as never, "read"),
    TypeError,
    "Cannot read as a neuron must be given as { layer, neuron }: current value is 3",
  );
  assertThrows(
    () => checkNeuron(model, { layer: 0, neuron: 0.5 }, "read"),
    RangeError,
    "Cannot read of neuron 0.5 as it must be from -128 to 127",
  );
});

Deno.test("neuronName() and neuronSite() tell experts apart", () => {
  assertEquals(neuronName({ layer: 3, neuron: 17 }), "3.17");
  assertEquals(neuronName({ layer: 3, neuron: 17, expert: 2 }), "3.e2.17");
  assertEquals(neuronSite({ layer: 3 }), "blocks.3.mlp.post");
  assertEquals(neuronSite({ layer: 3, expert: 2 }), "blocks.3.moe.experts.2.post");
});

Deno.test("neuronWeight() gives the weights of a block or an expert, null for what is not there", async () => {
  const model = await fixtureModel("gpt2"), mixture = await fixtureModel("mixtral");
  assertEquals(networksOf(model), [undefined]);
  assertEquals(networksOf(mixture), [0, 1, 2, 3]);
  assertEquals(neuronWeight(model, { layer: 0 }, "W_gate"), null);
  same(
    taken(neuronWeight(mixture, { layer: 1, expert: 2 }, "W_out")!),
    weightOf(mixture, "blocks.1.moe.experts.2.W_out"),
  );
});
