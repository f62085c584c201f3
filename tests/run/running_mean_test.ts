import { RunningMean } from "../../lib/run/running_mean.ts";
import { RandomStream } from "../../lib/stats/mod.ts";
import { assert, assertEquals } from "../assert.ts";
import { near, same } from "../near.ts";

const LAYOUT = { outer: 2, batch: 3, position: 4, inner: 5 };
const SIZE = 2 * 3 * 4 * 5;

/** Batches of values `[outer, batch, position, inner]`, far from zero beside their spread. */
function batches(count: number, mean: number): Float32Array[] {
  const random = new RandomStream(1, "values");
  return Array.from(
    { length: count },
    () => Float32Array.from({ length: SIZE }, () => mean + random.normal()),
  );
}

/** Mean and variance of some numbers in two passes. */
function twoPasses(values: readonly number[]): [mean: number, variance: number] {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return [mean, squares / (values.length - 1)];
}

/** The values that one mean is over. */
function gathered(
  parts: readonly Float32Array[],
  head: number,
  inner: number,
  positions: readonly (readonly number[])[],
): number[] {
  return parts.flatMap((values) =>
    positions.flatMap((list, row) =>
      list.map((position) => values[((head * 3 + row) * 4 + position) * 5 + inner]!)
    )
  );
}

Deno.test("RunningMean agrees with two passes in double precision, over the positions that count", () => {
  // The spread is a thousandth of the mean: sums of plain squares in single precision would lose it.
  const parts = batches(50, 1000), positions = [[0, 1, 2, 3], [3], [1, 2]];
  const running = new RunningMean(10);
  for (const values of parts) running.add(values, LAYOUT, positions);
  assertEquals(running.count, 50 * 7);
  const expected = Array.from(
    { length: 10 },
    (_, i) => twoPasses(gathered(parts, Math.floor(i / 5), i % 5, positions)),
  );
  // The float64 sums of 350 values near 1,000 differ in the order of addition alone.
  near(running.mean(), expected.map(([mean]) => mean), 1e-10, "means");
  near(running.variance(), expected.map(([, variance]) => variance), 1e-9, "variances");
});

Deno.test("RunningMean keeps positions apart where none are given", () => {
  const parts = batches(9, 0), running = new RunningMean(40);
  for (const values of parts) running.add(values, LAYOUT);
  assertEquals(running.count, 27);
  const expected = Array.from({ length: 40 }, (_, i) => {
    const [head, position, inner] = [Math.floor(i / 20), Math.floor(i / 5) % 4, i % 5];
    return twoPasses(gathered(parts, head, inner, [[position], [position], [position]]));
  });
  near(running.mean(), expected.map(([mean]) => mean), 1e-13);
  near(running.variance(), expected.map(([, variance]) => variance), 1e-12);
});

Deno.test("the mean of equal values is that value to the last bit, infinities included", () => {
  const values = Float32Array.from(
    { length: SIZE },
    (_, i) => [0.1, 1e-30, -3e7, -Infinity, 0][i % 5]!,
  );
  const running = new RunningMean(10);
  for (let i = 0; i < 7; i++) running.add(values, LAYOUT, [[0, 2], [1], [3]]);
  same(running.mean(), [...values.slice(0, 5), ...values.slice(0, 5)]);
  same(running.variance(), new Float64Array(10));
});

Deno.test("RunningMean is NaN where nothing was seen, and its variance where one value was", () => {
  const running = new RunningMean(1), layout = { outer: 1, batch: 1, position: 1, inner: 1 };
  assert(Number.isNaN(running.mean()[0]) && Number.isNaN(running.variance()[0]));
  running.add([3], layout);
  assertEquals([...running.mean()], [3]);
  assert(Number.isNaN(running.variance()[0]));
  running.add([NaN], layout);
  assert(Number.isNaN(running.mean()[0]), "an undefined value is not passed over");
});
