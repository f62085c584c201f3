import { levelsOf } from "../../lib/decompose/part.ts";
import { assertEquals, assertThrows } from "../assert.ts";

Deno.test("levelsOf() reads what is split, one level or several", () => {
  assertEquals(levelsOf("component", "try", false), {
    attention: "component",
    feedForward: "component",
  });
  assertEquals(levelsOf(["head", "neuron"], "try", false), {
    attention: "head",
    feedForward: "neuron",
  });
  assertEquals(levelsOf(["expert", "path"], "try", true), {
    attention: "path",
    feedForward: "expert",
  });
});

Deno.test("levelsOf() refuses levels that are none, exclude each other, or need experts", () => {
  assertThrows(
    () => levelsOf("layer" as never, "try", false),
    RangeError,
    'Cannot try as by must be among component, head, path, neuron, expert: current value is "layer"',
  );
  assertThrows(
    () => levelsOf(["neuron", "expert"], "try", true),
    RangeError,
    "Cannot try by neuron and expert as each splits feed-forward: choose one of them",
  );
  assertThrows(
    () => levelsOf("expert", "try", false),
    RangeError,
    'Cannot try by expert as the model must have experts: its feed-forward networks have none; take by: "neuron"',
  );
});
