import { flipSigns } from "../../lib/stats/flip_signs.ts";
import { assertEquals, assertRejects } from "../assert.ts";

Deno.test("flipSigns() takes both sides of twelve examples from every pattern to drawn ones", async () => {
  for (const [count, exact, draws] of [[12, true, 4096], [13, false, 7]] as const) {
    const found = await flipSigns("test", [new Float64Array(count).fill(1)], { seed: 2, draws: 7 });
    assertEquals([found.exact, found.draws, found.count], [exact, draws, count]);
  }
});

Deno.test("flipSigns() names its purpose in errors", async () => {
  await assertRejects(
    () => flipSigns("weigh", [[1]], { seed: 1, draws: 0.5 }),
    RangeError,
    "Cannot weigh as draws must be an integer of 1 or more: current value is 0.5",
  );
  await assertRejects(
    () => flipSigns("weigh", [[1], [Infinity]], { seed: 1 }),
    RangeError,
    "Cannot weigh as cell 1 must be finite, or NaN where undefined: number 0 is Infinity",
  );
});
