import { placeOf, summedNodes, withoutPositions } from "../../lib/circuits/summed_nodes.ts";
import { assertEquals, assertThrows } from "../assert.ts";

/** Two layers of two heads at two positions, of which the second example has one. */
const nodes = {
  at: "z",
  sites: [],
  axes: ["layer", "head", "position"],
  shape: [2, 2, 2],
  scores: Float64Array.from({ length: 16 }, (_, i) => i % 4 === 3 ? NaN : i),
  chance: Float64Array.from({ length: 16 }, (_, i) => i % 4 === 3 ? NaN : 3 + i % 2),
};

Deno.test("summedNodes() sums over what is left out, each example over its own positions", () => {
  const heads = summedNodes(nodes, ["layer", "head"]);
  assertEquals([...heads.scores], [0 + 2, 1, 4 + 6, 5, 8 + 10, 9, 12 + 14, 13]);
  // Independent directions add up by their squares.
  assertEquals(heads.chance[0], Math.sqrt(18));
  assertEquals(heads.chance[1], 4);
  const turned = summedNodes(nodes, ["position", "layer"]);
  assertEquals([...turned.scores], [4, 6, 20, 22, 8, NaN, 24, NaN]);
  assertEquals(summedNodes(nodes, nodes.axes).scores, nodes.scores);
});

Deno.test("summedNodes() refuses axes that there are not, and sums over layers", () => {
  assertThrows(
    () => summedNodes(nodes, ["layer", "neuron"]),
    RangeError,
    "Cannot sum nodes of z as each axis must be one of theirs, once, layer, head, position: current value is layer, neuron",
  );
  assertThrows(
    () => summedNodes(nodes, ["head"]),
    RangeError,
    "Cannot sum nodes of z as layers must be told apart, for what one writes the next holds too: current value is head",
  );
});

Deno.test("withoutPositions() has a node for all its positions, and placeOf() says where a cell stands", () => {
  const heads = withoutPositions(nodes);
  assertEquals([heads.axes, heads.shape, heads.at], [["layer", "head"], [2, 2], "z"]);
  assertEquals(heads.scores, summedNodes(nodes, ["layer", "head"]).scores);
  assertEquals(placeOf(nodes.axes, nodes.shape, 6), { layer: 1, head: 1, position: 0 });
});
