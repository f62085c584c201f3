import { RunningHistogram } from "../../lib/lens/running_histogram.ts";
import { RandomStream } from "../../lib/stats/mod.ts";
import { assertEquals } from "../assert.ts";
import { near } from "../near.ts";

Deno.test("RunningHistogram counts each number between its edges, whatever the order", () => {
  const random = new RandomStream(3, "numbers");
  const values = Array.from({ length: 500 }, () => random.normal() * 10 ** (random.integer(5) - 3));
  values.push(0, -0.5, 8, -8, NaN);
  const there = new RunningHistogram(), back = new RunningHistogram();
  values.forEach((value) => there.add(value));
  values.toReversed().forEach((value) => back.add(value));
  const { edges, counts } = there.bins();
  assertEquals(there.bins(), back.bins());
  assertEquals(edges.length, counts.length + 1);
  assertEquals(
    counts,
    counts.map((_, i) => values.filter((x) => x >= edges[i]! && x < edges[i + 1]!).length),
  );
  const real = values.filter((value) => !Number.isNaN(value));
  const mean = real.reduce((sum, x) => sum + x, 0) / real.length;
  assertEquals(there.count, real.length);
  near([there.mean, there.variance], [
    mean,
    real.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (real.length - 1),
  ], 1e-9);
  assertEquals([there.greatest, there.least, there.positive], [
    Math.max(...real),
    Math.min(...real),
    real.filter((x) => x > 0).length,
  ]);
});

Deno.test("RunningHistogram of nothing has neither bins nor a mean", () => {
  const empty = new RunningHistogram();
  empty.add(NaN);
  assertEquals([empty.bins(), empty.mean, empty.variance], [{ edges: [], counts: [] }, NaN, NaN]);
});
