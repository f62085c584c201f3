import { derangement } from "../../lib/run/derangement.ts";
import { resample, run } from "../../lib/run/mod.ts";
import { assert, assertEquals, assertNotEquals, assertRejects, assertThrows } from "../assert.ts";
import { fixtureModel } from "../model/fixture.ts";

Deno.test("derangement() leaves nothing in its place, and gives the same order for the same seed", () => {
  for (let count = 2; count < 40; count++) {
    for (let seed = 0; seed < 25; seed++) {
      const order = [...derangement(count, seed)];
      assertEquals(order.toSorted((a, b) => a - b), Array.from({ length: count }, (_, i) => i));
      assert(order.every((row, i) => row !== i));
      assertEquals([...derangement(count, seed)], order);
    }
  }
  assertNotEquals([...derangement(20, 1)], [...derangement(20, 2)]);
});

Deno.test("derangement() draws each of the nine orders of four alike", () => {
  const counts = new Map<string, number>(), draws = 4500;
  for (let seed = 0; seed < draws; seed++) {
    const order = derangement(4, seed).join();
    counts.set(order, (counts.get(order) ?? 0) + 1);
  }
  assertEquals(counts.size, 9);
  // 500 each; the standard deviation of a count is 21, and five of them leave 1 in 200 000 outside.
  for (const [order, count] of counts) assert(Math.abs(count - 500) < 105, `${order}: ${count}`);
});

Deno.test("derangement() refuses one row, in a run too", async () => {
  const message =
    "Cannot resample from other rows of the batch as there must be at least 2: current batch is 1";
  assertEquals(assertThrows(() => derangement(1, 0), RangeError).message, message);
  const model = await fixtureModel("gpt2");
  const error = await assertRejects(
    () => run(model, [1, 2, 3], { edits: [resample("embed", { seed: 1 })] }),
    RangeError,
  );
  assertEquals(error.message, message);
});
