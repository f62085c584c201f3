import { checkPass } from "../../lib/model/check_pass.ts";
import { KeyValueCache, type Pass } from "../../lib/model/mod.ts";
import { assertEquals, assertThrows } from "../assert.ts";
import { heldTensors } from "../held_tensors.ts";
import { FAMILIES, fixtureModel } from "./fixture.ts";
import { forget, watched } from "./watched_pass.ts";

const ids = [[1, 2, 3], [4, 5, 6]];

Deno.test("a pass that does not fit itself or its model is refused before anything is computed", async () => {
  const wrong: [Pass, string][] = [
    [{ ids: [] }, "there must be a row of ids with a column or more: current value is [0, 0]"],
    [{ ids: [[]] }, "there must be a row of ids with a column or more: current value is [1, 0]"],
    [{ ids: [[1, 2], [3]] }, "rows of ids must be of one length, 2: current value is 1"],
    [{ ids, starts: [0] }, "there must be starts for each of the 2 rows: current value is 1"],
    [{ ids, starts: [0, 0.5] }, "a row must start at a column from 0 on: current value is 0.5"],
    [{ ids, starts: [-1, 0] }, "a row must start at a column from 0 on: current value is -1"],
    [
      { ids, read: [[0]] },
      "there must be columns to read for each of the 2 rows: current value is 1",
    ],
    // One column too far is the first of the next row.
    [{ ids, read: [[3], [0]] }, "columns to read must be from 0 to 2: current value is 3"],
    [
      { ids, read: [[0], [0, 1]] },
      "as many columns must be read in each row, 1: current value is 2",
    ],
    [
      { ids: [Array(65).fill(1)] },
      "a row must have at most 64 tokens, the model's positions: current value is 65",
    ],
  ];
  for (const family of FAMILIES) {
    const model = await fixtureModel(family), before = heldTensors();
    for (const [pass, message] of wrong) {
      const error = assertThrows(() => watched(model, pass), RangeError);
      assertEquals(error.message, `Cannot run a pass as ${message}`);
    }
    assertEquals(heldTensors(), before);
  }
});

Deno.test("a row may have as many tokens as the model has positions, its padding and what came before counted right", async () => {
  const model = await fixtureModel("llama"), { positions } = model.architecture;
  using past = new KeyValueCache();
  forget(watched(model, { ids: [Array(positions - 1).fill(1)], past }));
  forget(watched(model, { ids: [[2]], past }));
  const error = assertThrows(() => watched(model, { ids: [[3]], past }), RangeError);
  assertEquals(
    error.message,
    "Cannot run a pass as a row must have at most 64 tokens, the model's positions: current value is 65",
  );
  // Padding takes no position.
  checkPass({ ids: [Array(70).fill(1)], starts: [6] }, model.architecture);
  assertThrows(
    () => checkPass({ ids: [Array(70).fill(1)], starts: [5] }, model.architecture),
    RangeError,
  );
});
