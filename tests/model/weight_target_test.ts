import { findWeightTarget } from "../../lib/model/weight_target.ts";
import { assertEquals, assertThrows } from "../assert.ts";
import { fixtureModel } from "./fixture.ts";

Deno.test("findWeightTarget() reads names of one layer, of all layers, and picks in brackets", async () => {
  const { weights } = await fixtureModel("gpt2");
  const read = (name: string) => {
    const { axes, shape, places, stacked, picks } = findWeightTarget(weights, name, "replace");
    return [axes.join(" "), shape, places.map((place) => place.name), stacked, picks];
  };
  const both = ["blocks.0.attn.W_O", "blocks.1.attn.W_O"];
  assertEquals(read("W_E"), ["vocabulary width", [96, 32], ["W_E"], false, []]);
  assertEquals(read("blocks.1.mlp.b_in"), ["neuron", [128], ["blocks.1.mlp.b_in"], false, []]);
  assertEquals(read("W_O"), ["layer head head_width width", [2, 4, 8, 32], both, true, []]);
  assertEquals(read("W_O[head -1]"), ["layer head_width width", [2, 8, 32], both, true, [[0, 3]]]);
  assertEquals(read("W_O[layer -1]"), [
    "head head_width width",
    [4, 8, 32],
    both.slice(1),
    false,
    [],
  ]);
  assertEquals(
    read("W_O[head_width 2][layer 0][head 1]"),
    ["width", [32], both.slice(0, 1), false, [[1, 2], [0, 1]]],
  );
});

Deno.test("findWeightTarget() refuses picks that there are none of, and other words behind a name", async () => {
  const { weights } = await fixtureModel("gpt2");
  const message = (name: string) =>
    assertThrows(() => findWeightTarget(weights, name, "replace"), RangeError).message;
  assertEquals(
    message("W_O[neuron 1]"),
    'Cannot replace "W_O[neuron 1]" as the axes to pick from are layer, head, head_width, width: current value is [neuron 1]',
  );
  assertEquals(
    message("W_O[head 1][head 2]"),
    'Cannot replace "W_O[head 1][head 2]" as the axes to pick from are layer, head_width, width: current value is [head 2]',
  );
  assertEquals(
    message("blocks.0.attn.W_O[head 4]"),
    'Cannot replace "blocks.0.attn.W_O[head 4]" as head must be from -4 to 3: current value is [head 4]',
  );
  assertEquals(
    message("W_Q[layer -3]"),
    'Cannot replace "W_Q[layer -3]" as layer must be from -2 to 1: current value is [layer -3]',
  );
  for (const name of ["W_O[1]", "W_O[head 1.5]", "W_O[head 1] ", "W_O[head]", "W_O[head 1"]) {
    assertEquals(
      message(name),
      `Cannot replace ${
        JSON.stringify(name)
      } as what follows the name of a weight must be picks such as [head 1]`,
    );
  }
  assertEquals(
    message("W_gate"),
    'Cannot replace "blocks.0.mlp.W_gate" as the model must have a weight of that name: the nearest is "blocks.0.mlp.W_out"',
  );
});
