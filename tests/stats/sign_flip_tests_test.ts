import { seedStream, signFlipTest, signFlipTests } from "../../lib/stats/mod.ts";
import { assert, assertEquals, assertRejects } from "../assert.ts";

/** Cells of noise [cell][example]. */
function noise(seed: number, cells: number, examples: number): number[][] {
  const random = seedStream(seed, "cells");
  return Array.from(
    { length: cells },
    () => Array.from({ length: examples }, () => random.normal()),
  );
}

Deno.test("signFlipTests() gives each cell the p of its own test, and of one cell corrects nothing", async () => {
  for (const examples of [6, 20]) {
    const cells = noise(1, 5, examples), options = { seed: 3, draws: 500 };
    const { p, corrected, means } = await signFlipTests(cells, options);
    for (const [cell, differences] of cells.entries()) {
      const alone = await signFlipTest(differences, options);
      assertEquals([p[cell], means[cell]], [alone.p, alone.mean]);
      assert(corrected[cell]! >= p[cell]!);
    }
    const one = await signFlipTests([cells[0]!], options);
    assertEquals(one.corrected, one.p);
  }
});

Deno.test("signFlipTests() corrects by the greatest of all cells: by hand for two", async () => {
  // Patterns of two signs: cell 0 sums to ±3, ±1 (over √5), cell 1 to 0, ±2 (over √2).
  const { p, corrected } = await signFlipTests([[1, 2], [1, -1]], { seed: 1 });
  assertEquals(p, Float64Array.of(0.5, 1));
  // 3/√5 = 1.34 is beaten by 2/√2 = 1.41 in the two patterns where it is not reached.
  assertEquals(corrected, Float64Array.of(1, 1));
});

Deno.test("signFlipTests() finds a cell by luck no oftener than it says, in one of forty", async () => {
  let lucky = 0, naive = 0;
  for (let seed = 0; seed < 200; seed++) {
    const { p, corrected } = await signFlipTests(noise(seed, 40, 10), { seed });
    if (Math.min(...corrected) <= 0.1) lucky++;
    if (Math.min(...p) <= 0.1) naive++;
  }
  // 20 of 200, within four standard errors; without the correction almost always.
  assert(lucky < 37, `${lucky} of 200`);
  assert(naive > 180, `${naive} of 200`);
});

Deno.test("signFlipTests() still finds what is there, whatever the unit of its cell", async () => {
  const cells = noise(2, 30, 16);
  cells[7] = cells[7]!.map((x) => 1e-6 * (x + 4));
  const { corrected } = await signFlipTests(cells, { seed: 1 });
  assert(corrected[7]! < 0.01, `${corrected[7]}`);
  assertEquals(corrected.filter((each) => each < 0.05).length, 1);
});

Deno.test("signFlipTests() leaves cells of NaN undefined, and the others as they are without them", async () => {
  const cells = noise(3, 4, 8), spoilt = [...cells, [NaN, 1, 1, 1, 1, 1, 1, 1]];
  const [whole, with_] = [
    await signFlipTests(cells, { seed: 1 }),
    await signFlipTests(spoilt, { seed: 1 }),
  ];
  assertEquals(with_.corrected, Float64Array.of(...whole.corrected, NaN));
  assertEquals(with_.p, Float64Array.of(...whole.p, NaN));
});

Deno.test("signFlipTests() refuses cells of different examples", async () => {
  await assertRejects(
    () => signFlipTests([[1, 2], [1]], { seed: 1 }),
    RangeError,
    "Cannot test cells as all must have the same examples: cell 0 has 2 and cell 1 has 1",
  );
  await assertRejects(
    () => signFlipTests([], { seed: 1 }),
    RangeError,
    "Cannot test cells as there must be one cell or more: there is none",
  );
});
