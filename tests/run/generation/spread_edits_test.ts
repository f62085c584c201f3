import { add, resample, zero } from "../../../lib/run/mod.ts";
import { spreadEdits } from "../../../lib/run/generation/spread_edits.ts";
import { assertEquals, assertStrictEquals, assertThrows } from "../../assert.ts";

Deno.test("spreadEdits() gives every copy of a prompt its edits", () => {
  const edits = [
    zero("embed"),
    add("embed", 1, { examples: [2, 0] }),
    zero("embed", { examples: -1 }),
  ];
  assertEquals(spreadEdits(edits, 3, 2).map(({ examples }) => examples), [undefined, [4, 5, 0, 1], [
    4,
    5,
  ]]);
  assertStrictEquals(spreadEdits(edits, 3, 1), edits, "one copy is the prompt itself");
});

Deno.test("spreadEdits() refuses examples that are no prompts, and values of other rows", () => {
  assertThrows(
    () => spreadEdits([zero("embed", { examples: 3 })], 3, 2),
    RangeError,
    "Cannot zero embed examples 3 as examples must be from -3 to 2: current value is 3",
  );
  assertThrows(
    () => spreadEdits([resample("embed", { seed: 1 })], 3, 2),
    RangeError,
    "as each prompt must have one text where an edit takes values of other rows: there are 2 a prompt",
  );
});
