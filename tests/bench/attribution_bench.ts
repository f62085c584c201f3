/**
 * How long direct logit attribution takes at one position in the shape of GPT-2 small, after the forward pass, beside one large
 * product on the same machine: `deno run -A tests/bench/attribution_bench.ts`.
 *
 * @module
 */

import {
  captureStream,
  type Level,
  loadFolder,
  logitAttribution,
  logitDifference,
  matMul,
  startBackend,
  tf,
} from "../../mod.ts";
import { writeGpt2 } from "./gpt2_files.ts";

const folder = await Deno.makeTempDir();
try {
  await writeGpt2(folder);
  await startBackend();
  const model = await loadFolder(folder);
  const side = 2048, a = tf.randomNormal([side, side]);
  matMul(a, a).dispose();
  const began = performance.now();
  matMul(a, a).dispose();
  const rate = 2 * side ** 3 / (performance.now() - began) / 1e6;
  console.log(`one product of ${side} × ${side}: ${rate.toFixed(0)} GFLOP/s`);
  const prompt = Array.from({ length: 32 }, (_, i) => (i * 997) % 50000);
  using stream = await captureStream(model, prompt, { by: ["path", "neuron"] });
  const limits: [by: Level, limit: number][] = [
    ["component", 10],
    ["head", 10],
    ["path", 10],
    ["neuron", 50],
  ];
  for (const [by, limit] of limits) {
    let least = Infinity, parts = 0;
    for (let turn = 0; turn < 20; turn++) {
      const start = performance.now();
      const found = await logitAttribution(model, stream, logitDifference(11, 12), { by });
      least = Math.min(least, performance.now() - start);
      parts = found.parts.length;
    }
    console.log(`by ${by}, ${parts} parts: ${least.toFixed(1)} ms, at most ${limit} asked`);
  }
  console.log(`load average ${Deno.loadavg().map((load) => load.toFixed(2)).join(" ")}`);
} finally {
  await Deno.remove(folder, { recursive: true });
}
