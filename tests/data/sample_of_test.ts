import { sampleOf } from "../../lib/data/mod.ts";
import { assert, assertEquals, assertNotEquals, assertRejects } from "../assert.ts";

const numbers = (count: number) => Array.from({ length: count }, (_, i) => i);

Deno.test("sampleOf() chooses the same of the same source by the same seed, each once and in order", async () => {
  const chosen = await sampleOf(numbers(1000), { count: 20, seed: 3 });
  assertEquals(chosen, await sampleOf(numbers(1000).values(), { count: 20, seed: 3 }));
  assertNotEquals(chosen, await sampleOf(numbers(1000), { count: 20, seed: 4 }));
  assertEquals(new Set(chosen).size, 20);
  assertEquals(chosen, chosen.toSorted((a, b) => a - b));
  assertEquals(await sampleOf(numbers(7), { count: 7, seed: 0 }), numbers(7));
});

Deno.test("sampleOf() chooses each as likely as any other", async () => {
  const draws = 4000, hits = new Array<number>(12).fill(0);
  for (let seed = 0; seed < draws; seed++) {
    for (const chosen of await sampleOf(numbers(12), { count: 3, seed })) hits[chosen]!++;
  }
  // Each is chosen a quarter of the time: 1,000 hits with a deviation of √(4000 · ¼ · ¾) = 27; five of them are 137.
  for (const [at, count] of hits.entries()) {
    assert(Math.abs(count - 1000) < 137, `${at} was chosen ${count} times`);
  }
});

Deno.test("sampleOf() refuses what cannot be chosen, and hears a signal", async () => {
  await assertRejects(
    () => sampleOf(["a", "b"], { count: 3, seed: 0 }),
    RangeError,
    "Cannot choose a sample as its source must hold as many as are chosen, 3: it holds 2",
  );
  await assertRejects(
    () => sampleOf(["a"], { count: 0, seed: 0 }),
    RangeError,
    "Cannot choose a sample as count must be a whole number from 1 on: current value is 0",
  );
  await assertRejects(
    () => sampleOf(["a"], { count: 1, sead: 0 } as never),
    TypeError,
    '"sead" is not, perhaps "seed" is meant',
  );
  const reason = new Error("enough");
  const endless = function* () {
    for (;;) yield 1;
  };
  assertEquals(
    await assertRejects(() => {
      const controller = new AbortController();
      setTimeout(() => controller.abort(reason), 20);
      return sampleOf(endless(), { count: 1, seed: 0, signal: controller.signal });
    }),
    reason,
  );
});
