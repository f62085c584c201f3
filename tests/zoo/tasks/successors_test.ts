import { assert, assertEquals } from "../../assert.ts";
import { score, spanTexts, taskPairs } from "./score.ts";

Deno.test("seedling goes on with days, months, numbers, letters and Roman numerals", async () => {
  const pairs = await taskPairs("successors", 60);
  // The README of the model says 95 %, give or take the 3 points of deviation that 60 draws have.
  assert((await score(pairs, "clean")).first >= 0.86);
  assert((await score(pairs, "corrupt")).difference < -0.8);
  assertEquals(spanTexts(pairs, 0, "last").length, 2);
  const kinds = new Set(pairs.pairs.map(({ clean }) => clean.text.split(",")[0]!.length > 2));
  assertEquals(kinds.size, 2, "words and letters");
});
