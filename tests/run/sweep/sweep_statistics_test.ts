import { sweepStatistics } from "../../../lib/run/sweep/sweep_statistics.ts";
import { bootstrapInterval, seedStream, signFlipTests } from "../../../lib/stats/mod.ts";
import { assert, assertEquals, assertRejects } from "../../assert.ts";
import { near } from "../../near.ts";
import { madeSweep } from "./made_sweep.ts";

const examples = 20, random = seedStream(4, "sweep");
const noise = Float64Array.from({ length: 6 * examples }, () => random.normal());
const baseline = Float64Array.from({ length: examples }, () => random.normal());
const reference = baseline.map((value) => value + 3 + random.normal());
const data = madeSweep({
  sizes: { layer: 3, head: 2 },
  examples,
  baseline,
  reference,
  // Cell 1 is moved, cell 4 is undefined in one example, cell 5 infinite in one; the others are noise.
  value: (cell, i) =>
    cell === 4 && i === 7
      ? NaN
      : cell === 5 && i === 0
      ? Infinity
      : baseline[i]! + noise[cell * examples + i]! + (cell === 1 ? 2 : 0),
});
const cellOf = (cell: number) =>
  Float64Array.from(
    { length: examples },
    (_, i) => data.values[cell * examples + i]! - baseline[i]!,
  );

Deno.test("sweepStatistics() gives a cell the interval and p that it has alone, and NaN where it is undefined", async () => {
  const found = await sweepStatistics(data, { seed: 5 });
  const tests = await signFlipTests([0, 1, 2, 3].map(cellOf), { seed: 5, draws: 1000 });
  for (let cell = 0; cell < 4; cell++) {
    const alone = await bootstrapInterval(cellOf(cell), { seed: 5 });
    const squares = cellOf(cell).reduce((sum, x) => sum + (x - alone.estimate) ** 2, 0);
    near(
      [found.means, found.low, found.high, found.errors].map((list) => list[cell]!),
      [alone.estimate, alone.low, alone.high, Math.sqrt(squares / 19 / 20)],
      1e-14,
    );
    assertEquals([found.p[cell], found.corrected[cell]], [tests.p[cell], tests.corrected[cell]]);
  }
  for (const list of [found.means, found.errors, found.low, found.high, found.p, found.corrected]) {
    assertEquals([...list.slice(4)], [NaN, NaN]);
  }
  assertEquals([found.tested, found.count, found.draws, found.exact], [4, 20, 1000, false]);
  assertEquals(
    found.corrected.map((p) => p <= 0.05 ? 1 : 0).slice(0, 4),
    Float64Array.of(0, 1, 0, 0),
  );
  assertEquals(await sweepStatistics(data, { seed: 5 }), found);
});

Deno.test("sweepStatistics() of shares is the ratio of means, with an error near the spread of its resamples", async () => {
  const found = await sweepStatistics(data, { measure: "normalised", seed: 1, resamples: 4000 });
  const effects = await sweepStatistics(data, { seed: 1 });
  const gap = reference.reduce((sum, x, i) => sum + x - baseline[i]!, 0) / examples;
  near(found.means.slice(0, 4), effects.means.slice(0, 4).map((mean) => mean / gap), 1e-13);
  // What is no effect is no share of one either.
  assertEquals(found.p, effects.p);
  for (let cell = 0; cell < 4; cell++) {
    const width = (found.high[cell]! - found.low[cell]!) / (2 * 1.96);
    assert(Math.abs(width / found.errors[cell]! - 1) < 0.2, `${width} and ${found.errors[cell]}`);
  }
  const still = await sweepStatistics({ ...data, reference: baseline }, { measure: "normalised" });
  assertEquals([...still.means], Array(6).fill(NaN));
});

Deno.test("sweepStatistics() of one example has means and no more, and refuses what it cannot do", async () => {
  const one = madeSweep({ sizes: { layer: 2 }, examples: 1, value: (cell) => cell });
  const { means, errors, low } = await sweepStatistics(one, {});
  assertEquals([[...means], [...errors], [...low]], [[0, 1], [NaN, NaN], [NaN, NaN]]);
  const refused = async (
    options: object,
    type: typeof RangeError | typeof TypeError,
    text: string,
  ) => await assertRejects(() => sweepStatistics(one, options), type, text);
  await refused(
    { metric: 1 },
    RangeError,
    "Cannot find a metric as metric must be from 0 to 0 or the label of one place: current value is 1",
  );
  await refused(
    { measure: "share" },
    TypeError,
    'Cannot make statistics of a sweep as measure must be among effect, normalised: "share" is not',
  );
  await refused(
    { sead: 1 },
    TypeError,
    "Cannot make statistics of a sweep as its options must be among",
  );
});
