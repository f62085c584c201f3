import { assert, assertEquals } from "../../assert.ts";
import { score, spanTexts, taskPairs } from "./score.ts";

Deno.test("seedling says whether a statement is true", async () => {
  const pairs = await taskPairs("truth");
  // The README of the model says 100 %.
  assertEquals((await score(pairs, "clean")).first, 1);
  assert((await score(pairs, "corrupt")).difference < -0.9);
  const answers = new Set(pairs.answerIds);
  assertEquals(answers.size, 2, "some are true and some false");
  assert(pairs.wrongIds.every((id) => answers.has(id)));
  for (const row of pairs.pairs.keys()) {
    const [city, other] = spanTexts(pairs, row, "city");
    assert(city !== other);
    assertEquals(...spanTexts(pairs, row, "country"));
  }
});
