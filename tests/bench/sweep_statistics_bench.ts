/**
 * How long the statistics of a grid take: 180 cells, 20 pairs, 1000 resamples and 1000 patterns of flipped signs, all of
 * it, at most 50 ms asked: `deno run -A tests/bench/sweep_statistics_bench.ts`.
 *
 * @module
 */

import { seedStream, SweepResult } from "../../mod.ts";

const examples = 20, shape = [12, 15], cells = 180, random = seedStream(1, "grid");
const labels = (size: number) => Array.from({ length: size }, (_, i) => String(i));
const baseline = Float64Array.from({ length: examples }, () => random.normal());
const result = new SweepResult({
  model: "none",
  title: "noise",
  axes: [{ name: "layer", labels: labels(12) }, { name: "position", labels: labels(15) }],
  shape,
  variants: labels(cells),
  examples,
  metrics: [{ label: "noise", unit: "" }],
  values: Float64Array.from({ length: cells * examples }, () => random.normal()),
  baseline,
  reference: baseline.map((value) => value + 3 + random.normal()),
  done: new Uint8Array(cells).fill(1),
  skipped: new Uint8Array(cells),
  direction: "denoising",
  prompts: [],
  references: [],
});
for (const measure of ["effect", "normalised"] as const) {
  const times: number[] = [];
  for (let turn = 0; turn < 20; turn++) {
    const start = performance.now();
    await result.statistics({ measure, seed: turn });
    times.push(performance.now() - start);
  }
  const [first, ...rest] = times;
  console.log(
    `${measure}: ${Math.min(...rest).toFixed(1)} ms at least, ${
      first!.toFixed(1)
    } ms the first time`,
  );
}
console.log(`load average ${Deno.loadavg().map((load) => load.toFixed(2)).join(" ")}`);
