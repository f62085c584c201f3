import { seedStream, signFlipTest } from "../../lib/stats/mod.ts";
import { assert, assertEquals, assertRejects } from "../assert.ts";

Deno.test("signFlipTest() of few differences looks at every pattern of signs", async () => {
  const differences = [2, 1, 3, 2];
  for (
    const [alternative, p] of [["two-sided", 2 / 16], ["greater", 1 / 16], ["less", 1]] as const
  ) {
    assertEquals(await signFlipTest(differences, { seed: 1, alternative }), {
      mean: 2,
      p,
      alternative,
      count: 4,
      draws: 16,
      exact: true,
      seed: null,
    });
  }
});

Deno.test("signFlipTest() counts ties that rounding hides, and says 1 where all is zero", async () => {
  // 0.1 + 0.2 is not 0.3: without a tolerance the pattern + + − would beat − − + or fall short.
  const { p } = await signFlipTest([0.1, 0.2, -0.3], { seed: 1 });
  assertEquals(p, 1);
  const half = await signFlipTest([0.1, 0.2, 0.3, 0.6].map((x) => x * 1e-200), { seed: 1 });
  assertEquals(half.p, 2 / 16);
  assertEquals((await signFlipTest([0, 0, 0], { seed: 1 })).p, 1);
});

Deno.test("signFlipTest() of many differences draws patterns, near to what all of them give", async () => {
  const random = seedStream(5, "differences");
  const twelve = Array.from({ length: 12 }, () => random.normal() + 0.4);
  const { p } = await signFlipTest(twelve, { seed: 1 });
  // A zero more changes no sum, and makes them 13.
  const drawn = await signFlipTest([...twelve, 0], { seed: 1, draws: 20_000 });
  assertEquals([drawn.exact, drawn.draws, drawn.seed, drawn.count], [false, 20_000, 1, 13]);
  assert(Math.abs(drawn.p - p) < 5 * Math.sqrt(p * (1 - p) / 20_000), `${drawn.p} and ${p}`);
  assertEquals(drawn, await signFlipTest([...twelve, 0], { seed: 1, draws: 20_000 }));
  const sure = await signFlipTest(new Float64Array(40).fill(1), { seed: 1, draws: 99 });
  assertEquals(sure.p, 1 / 100, "never 0");
});

Deno.test("signFlipTest() is right as often as it says where nothing differs", async () => {
  let found = 0;
  for (let seed = 0; seed < 400; seed++) {
    const random = seedStream(seed, "null");
    const differences = Array.from({ length: 10 }, () => random.normal());
    if ((await signFlipTest(differences, { seed })).p <= 0.1) found++;
  }
  // 40 of 400, within four standard errors.
  assert(found > 16 && found < 64, `${found} of 400`);
});

Deno.test("signFlipTest() of NaN is NaN, and refuses what it cannot test", async () => {
  const { mean, p } = await signFlipTest([1, NaN], { seed: 1 });
  assertEquals([mean, p], [NaN, NaN]);
  await assertRejects(
    () => signFlipTest([], { seed: 1 }),
    RangeError,
    "Cannot test differences as differences must hold one number or more: it is empty",
  );
  await assertRejects(
    () => signFlipTest([1], { seed: 1, alternative: "both" as "less" }),
    TypeError,
    'Cannot test differences as alternative must be "two-sided", "greater" or "less": current value is "both"',
  );
  const options = { seed: 1, draws: 1e9, signal: AbortSignal.timeout(60) };
  await assertRejects(() => signFlipTest(new Float64Array(50).fill(1), options));
});
