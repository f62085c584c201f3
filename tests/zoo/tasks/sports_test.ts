import { assert } from "../../assert.ts";
import { score, spanTexts, taskPairs } from "./score.ts";

Deno.test("seedling answers sports, and the other way round in the corrupt prompts", async () => {
  const pairs = await taskPairs("sports");
  // The README of the model says 100 % of the 30; names have one to three tokens, and both of a pair as many.
  assert((await score(pairs, "clean")).first >= 1);
  assert((await score(pairs, "corrupt")).difference < -0.9);
  for (const [row, { clean, spans }] of pairs.pairs.entries()) {
    assert(clean.text === `${spanTexts(pairs, row, "subject")[0]} plays`);
    // The beginning-of-text token, the name and the verb.
    assert(spans.subject!.length === clean.ids.length - 2);
  }
});
