import { assert, assertEquals } from "../../assert.ts";
import { probabilityDifference, promptPairs, run } from "../../../lib/run/mod.ts";
import { task } from "../../../lib/zoo/mod.ts";
import { seedling } from "../../model/fixture.ts";
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

Deno.test("probabilityDifference() of all answers is what seedling's card says of greater-than", async () => {
  const model = await seedling();
  const pairs = await promptPairs(model, task("greater-than", { count: 100, seed: 0 }));
  const first = pairs.pairs[0]!;
  assertEquals(pairs.answerSets[0], first.answers);
  assertEquals(pairs.wrongSets[0], first.wrongs);
  let sum = 0;
  for (const { pairs: some } of pairs.batches({ size: 50 })) {
    using result = await run(model, some.clean);
    const values = result.measure(probabilityDifference(some.answerSets, some.wrongSets));
    sum += values.reduce((total, value) => total + value, 0);
  }
  const mean = sum / pairs.size, { difference } = await score(pairs, "clean");
  // Both add up the same probabilities, the metric in single precision.
  assert(Math.abs(mean - difference) < 1e-5, `${mean} is not ${difference}`);
  // The card gives two digits, of 100 prompts that were drawn otherwise.
  assert(Math.abs(mean - 0.87) < 0.01, `${mean}`);
});
