import { assert, assertEquals } from "../../assert.ts";
import { score, spanTexts, taskPairs } from "./score.ts";

Deno.test("seedling says whether the writer of a review liked it", async () => {
  const pairs = await taskPairs("sentiment");
  // In the curriculum, where the two words never go with the other kind of adjectives.
  assertEquals((await score(pairs, "clean")).first, 1);
  assert((await score(pairs, "corrupt")).difference < -0.9);
  assertEquals(new Set(pairs.answerIds).size, 2);
  for (const row of pairs.pairs.keys()) {
    assertEquals(...spanTexts(pairs, row, "work"));
    assert(spanTexts(pairs, row, "first")[0] !== spanTexts(pairs, row, "first")[1]);
  }
});
