import { bootstrapInterval, bootstrapIntervals, seedStream } from "../../lib/stats/mod.ts";
import { assert, assertEquals, assertRejects } from "../assert.ts";
import { near } from "../near.ts";

/** Cells of noise [cell][example]. */
const noise = (seed: number, cells: number, examples: number) => {
  const random = seedStream(seed, "cells");
  return Array.from(
    { length: cells },
    () => Float64Array.from({ length: examples }, () => random.normal()),
  );
};

Deno.test("bootstrapIntervals() gives each cell the interval that it has alone, to the bit", async () => {
  for (const [examples, resamples, confidence] of [[20, 1000, 0.95], [3, 7, 0.5], [5, 1, 0.9]]) {
    const cells = noise(1, 4, examples!),
      options = {
        seed: 3,
        resamples: resamples!,
        confidence: confidence!,
      };
    cells[2]![1] = NaN;
    cells[3]!.fill(2);
    const found = await bootstrapIntervals(cells, options);
    for (const [cell, values] of cells.entries()) {
      const { estimate, low, high } = await bootstrapInterval(values, options);
      assertEquals([found.estimates[cell], found.low[cell], found.high[cell]], [
        estimate,
        low,
        high,
      ]);
    }
  }
  const one = await bootstrapIntervals([[3]], { seed: 1 });
  assertEquals([one.estimates[0], one.low[0], one.high[0]], [3, NaN, NaN]);
});

Deno.test("bootstrapIntervals() divides by a mean of the same examples, drawn with them", async () => {
  const [values, per] = noise(2, 2, 12), far = per!.map((x) => x + 10);
  const scaled = far.map((x) => 0.25 * x);
  const found = await bootstrapIntervals([scaled, values!], { seed: 1, per: far });
  // What is a quarter of what it is divided by is so in every resample; drawn apart it would not be.
  near([found.estimates[0]!, found.low[0]!, found.high[0]!], [0.25, 0.25, 0.25], 1e-14);
  const total = (list: Float64Array) => list.reduce((sum, x) => sum + x);
  near([found.estimates[1]!], [total(values!) / total(far)], 1e-14);
  assert(found.low[1]! < found.estimates[1]! && found.estimates[1]! < found.high[1]!);
  const none = await bootstrapIntervals([[0, 0]], { seed: 1, per: [0, 0] });
  assertEquals([none.estimates[0], none.low[0], none.high[0]], [NaN, NaN, NaN]);
  // A resample may be 0 / 0 though the whole is not: then nothing is said of the ends.
  const odd = await bootstrapIntervals([[0, 1]], { seed: 1, per: [0, 1] });
  assertEquals([odd.estimates[0], odd.low[0], odd.high[0]], [1, NaN, NaN]);
});

Deno.test("bootstrapIntervals() refuses what does not belong together, and hears a signal", async () => {
  for (
    const [cells, options, message] of [
      [
        [],
        { seed: 1 },
        "Cannot bootstrap intervals as there must be one cell or more: there is none",
      ],
      [
        [[1, 2], [1]],
        { seed: 1 },
        "Cannot bootstrap intervals as all must have the same examples: cell 0 has 2 and cell 1 has 1",
      ],
      [
        [[1, 2]],
        { seed: 1, per: [1] },
        "Cannot bootstrap intervals as all must have the same examples: cell 0 has 2 and per has 1",
      ],
      [[[1]], { seed: 1, confidence: 0 }, "confidence must be above 0 and below 1"],
    ] as const
  ) {
    await assertRejects(() => bootstrapIntervals(cells, options), RangeError, message);
  }
  await assertRejects(
    () => bootstrapIntervals([[1]], { seed: 1, statistic: "median" } as { seed: number }),
    TypeError,
    'Cannot bootstrap intervals as its options must be among seed, resamples, confidence, per, signal: "statistic" is not',
  );
  const signal = AbortSignal.abort();
  const error = await assertRejects(() => bootstrapIntervals([[1, 2]], { seed: 1, signal }));
  assertEquals((error as Error).name, "AbortError");
});
