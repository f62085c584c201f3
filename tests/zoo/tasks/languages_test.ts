import { assert, assertEquals } from "../../assert.ts";
import { score, spanTexts, taskPairs } from "./score.ts";

Deno.test("seedling answers languages, and the other way round in the corrupt prompts", async () => {
  const pairs = await taskPairs("languages");
  // The README of the model says 100 % of the 30; 40 pairs hold each at least once.
  assert((await score(pairs, "clean")).first >= 1);
  assert((await score(pairs, "corrupt")).difference < -0.9);
  const subjects = pairs.pairs.map((_, row) => spanTexts(pairs, row, "subject")[0]);
  assertEquals(new Set(subjects).size, 30);
});
