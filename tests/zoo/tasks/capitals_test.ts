import { assert, assertEquals } from "../../assert.ts";
import { score, spanTexts, taskPairs } from "./score.ts";

Deno.test("seedling answers capitals, and the other way round in the corrupt prompts", async () => {
  const pairs = await taskPairs("capitals");
  // The README of the model says 100 % of the 30; 40 pairs hold each at least once.
  assert((await score(pairs, "clean")).first >= 1);
  assert((await score(pairs, "corrupt")).difference < -0.9);
  for (const row of pairs.pairs.keys()) {
    const [clean, corrupt] = spanTexts(pairs, row, "subject");
    assert(clean !== corrupt && clean.length > 3 && corrupt.length > 3);
  }
  const subjects = pairs.pairs.map((_, row) => spanTexts(pairs, row, "subject")[0]);
  assertEquals(new Set(subjects).size, 30);
});
