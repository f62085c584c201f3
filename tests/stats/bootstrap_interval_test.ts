import { bootstrapInterval, seedStream } from "../../lib/stats/mod.ts";
import { assert, assertEquals, assertRejects } from "../assert.ts";
import { near } from "../near.ts";

const draw = (seed: number, count: number) => {
  const random = seedStream(seed, "sample");
  return Float64Array.from({ length: count }, () => random.normal());
};

Deno.test("bootstrapInterval() holds the true mean and median about as often as it says", async () => {
  for (const statistic of ["mean", "median"] as const) {
    let held = 0;
    for (let seed = 0; seed < 200; seed++) {
      const { low, high } = await bootstrapInterval(draw(seed, 40), {
        seed,
        statistic,
        resamples: 300,
        confidence: 0.9,
      });
      if (low <= 0 && 0 <= high) held++;
    }
    // 180 but for the narrowness of percentiles; four standard errors of 200 tries are 17.
    assert(held > 160 && held < 197, `${statistic}: ${held} of 200`);
  }
});

Deno.test("bootstrapInterval() of the mean is as wide as theory says", async () => {
  const values = draw(3, 400),
    { low, high, estimate } = await bootstrapInterval(values, {
      seed: 1,
      resamples: 4000,
    });
  const mean = values.reduce((sum, x) => sum + x) / 400;
  const error = Math.sqrt(values.reduce((sum, x) => sum + (x - mean) ** 2, 0)) / 400;
  near([estimate], [mean], 1e-15);
  // Of 4000 resamples a quantile is known to a twentieth of the standard error.
  near([low, high], [mean - 1.96 * error, mean + 1.96 * error], 0.15 * error);
});

Deno.test("bootstrapInterval() depends on its seed, and moves with its values", async () => {
  const values = [...draw(9, 30)],
    of = (seed: number, list = values) => bootstrapInterval(list, { seed });
  assertEquals(await of(1), await of(1));
  assert((await of(1)).low !== (await of(2)).low || (await of(1)).high !== (await of(2)).high);
  const [a, b] = [await of(1), await of(1, values.map((x) => 2 * x + 1))];
  near([b.low, b.high], [2 * a.low + 1, 2 * a.high + 1], 1e-12, "resampled alike");
});

Deno.test("bootstrapInterval() of what is alike has no width; of one value or NaN it has no ends", async () => {
  const { low, high } = await bootstrapInterval([3, 3, 3], { seed: 1 });
  assertEquals([low, high], [3, 3]);
  const one = await bootstrapInterval([3], { seed: 1 });
  assertEquals([one.estimate, one.low, one.high], [3, NaN, NaN]);
  for (const statistic of ["mean", "median"] as const) {
    const none = await bootstrapInterval([3, NaN, 4], { seed: 1, statistic });
    assertEquals([none.estimate, none.low, none.high], [NaN, NaN, NaN]);
  }
  const even = await bootstrapInterval([1, 2, 4, 9], { seed: 1, statistic: "median" });
  assertEquals(even.estimate, 3);
});

Deno.test("bootstrapInterval() leaves values alone and hears a signal", async () => {
  const values = [3, 1, 2];
  await bootstrapInterval(values, { seed: 1, statistic: "median" });
  assertEquals(values, [3, 1, 2]);
  const options = { seed: 1, resamples: 1e9, signal: AbortSignal.timeout(60) };
  const error = await assertRejects(() => bootstrapInterval(values, options));
  assertEquals((error as Error).name, "TimeoutError");
});

Deno.test("bootstrapInterval() refuses options outside their range", async () => {
  for (
    const [options, type, message] of [
      [{ seed: 1, resamples: 0 }, RangeError, "resamples must be an integer of 1 or more"],
      [{ seed: 1, confidence: 1 }, RangeError, "confidence must be above 0 and below 1"],
      [
        { seed: 1, statistic: "mode" },
        TypeError,
        'Cannot bootstrap an interval as statistic must be "mean" or "median": current value is "mode"',
      ],
      [{ seed: 1, samples: 5 }, TypeError, 'perhaps "resamples" is meant'],
      [{}, RangeError, "the seed must be a safe integer: current value is undefined"],
    ] as const
  ) {
    await assertRejects(
      () => bootstrapInterval([1, 2], options as unknown as { seed: number }),
      type,
      message,
    );
  }
});
