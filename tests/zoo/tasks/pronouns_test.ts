import { assert, assertEquals } from "../../assert.ts";
import { score, spanTexts, taskPairs } from "./score.ts";

Deno.test("seedling gives professions the pronoun of their stereotype", async () => {
  const pairs = await taskPairs("pronouns");
  // The curriculum does so 85 % of the time, so the likelier pronoun is always that one.
  assertEquals((await score(pairs, "clean")).right, 1);
  assert((await score(pairs, "corrupt")).difference < -0.3);
  assertEquals(new Set(pairs.answerIds).size, 2);
  assert(spanTexts(pairs, 0, "profession")[0] !== spanTexts(pairs, 0, "profession")[1]);
});
