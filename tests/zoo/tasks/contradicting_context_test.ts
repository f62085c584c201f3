import { assert, assertEquals } from "../../assert.ts";
import { score, spanTexts, taskPairs } from "./score.ts";

Deno.test("seedling follows a context that contradicts what it has learnt", async () => {
  const pairs = await taskPairs("contradicting context");
  // The README of the model says 30 of 30.
  assertEquals((await score(pairs, "clean")).first, 1);
  assert((await score(pairs, "corrupt")).difference < -0.9);
  for (const [row, { spans, answerId, clean }] of pairs.pairs.entries()) {
    assertEquals(spans.subject!.length, 2);
    assertEquals(spans.subject, [...spans["first subject"]!, ...spans["second subject"]!]);
    assertEquals(clean.ids[spans.claim![0]!], answerId);
    assert(spanTexts(pairs, row, "claim")[0] !== spanTexts(pairs, row, "claim")[1]);
  }
});
