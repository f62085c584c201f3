import { assert, assertEquals } from "../../assert.ts";
import { score, spanTexts, taskPairs } from "./score.ts";

Deno.test("seedling agrees with the subject across a noun of the other number", async () => {
  const pairs = await taskPairs("agreement");
  // The README of the model says 100 %.
  assertEquals((await score(pairs, "clean")).right, 1);
  assert((await score(pairs, "corrupt")).difference < 0);
  for (const row of pairs.pairs.keys()) {
    const [clean, corrupt] = spanTexts(pairs, row, "subject");
    assertEquals(
      [`${clean}s`, `${corrupt}s`].filter((noun) => [clean, corrupt].includes(noun)).length,
      1,
    );
    const [attractor, same] = spanTexts(pairs, row, "attractor");
    assertEquals(attractor, same);
    assert(attractor.endsWith("s") !== clean.endsWith("s"), "the attractor has the other number");
  }
});
