import { assert, assertEquals } from "../../assert.ts";
import { score, spanTexts, taskPairs } from "./score.ts";

Deno.test("seedling ends a span of years after its start, and does not know when it starts with the century", async () => {
  const pairs = await taskPairs("greater-than");
  // The README of the model says 0.87 of 100; the mean of 40 others differs by chance.
  const { difference, right } = await score(pairs, "clean");
  assert(difference > 0.75, `${difference}`);
  assertEquals(right, 1);
  // Later years come less easily where nearly every year is later.
  assert((await score(pairs, "corrupt")).difference < difference - 0.3);
  for (const [row, { answers, wrongs }] of pairs.pairs.entries()) {
    const [start, early] = spanTexts(pairs, row, "year").map(Number) as [number, number];
    assert(start > early && early <= 2);
    // "00" and "01" are two tokens each for seedling.
    assertEquals([answers.length, wrongs.length], [99 - start, start - 1]);
  }
});
