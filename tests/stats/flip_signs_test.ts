import { flipSigns } from "../../lib/stats/flip_signs.ts";
import { seedStream } from "../../lib/stats/mod.ts";
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

Deno.test("flipSigns() counts what plain loops over the same patterns count", async () => {
  const random = seedStream(5, "cells");
  // More than two bytes of signs, and more patterns than are held at once.
  const cells = [0, 0.3, -0.2].map((shift) =>
    Array.from({ length: 19 }, () => random.normal() + shift)
  );
  const draws = 5000;
  for (const alternative of ["two-sided", "greater", "less"] as const) {
    const { p, corrected } = await flipSigns("test", cells, { seed: 8, draws, alternative });
    const stream = seedStream(8, "sign flips"), hits = [0, 0, 0], beaten = [0, 0, 0];
    const size = (sum: number) =>
      alternative === "two-sided" ? Math.abs(sum) : alternative === "less" ? -sum : sum;
    const of = (signs: readonly number[]) =>
      cells.map((cell) =>
        size(cell.reduce((sum, x, i) => sum + x * signs[i]!, 0)) /
        Math.sqrt(cell.reduce((sum, x) => sum + x * x, 0))
      );
    const observed = of(Array(19).fill(1));
    for (let draw = 0; draw < draws; draw++) {
      const sums = of(cells[0]!.map(() => stream.integer(2) === 0 ? 1 : -1));
      observed.forEach((least, cell) => {
        if (sums[cell]! >= least - 1e-12) hits[cell]!++;
        if (Math.max(...sums) >= least - 1e-12) beaten[cell]!++;
      });
    }
    assertEquals([...p], hits.map((count) => (count + 1) / (draws + 1)));
    assertEquals([...corrected], beaten.map((count) => (count + 1) / (draws + 1)));
  }
});
