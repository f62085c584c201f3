/**
 * How long it takes to decompose all OV circuits in the shape of GPT-2 small and to read ten directions of each through
 * W_U, beside one large product on the same machine: `deno run -A tests/bench/svd_bench.ts`.
 *
 * @module
 */

import { loadFolder, matMul, startBackend, svdReading, tf } from "../../mod.ts";
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
  for (let turn = 0; turn < 3; turn++) {
    const start = performance.now();
    const { entries } = await svdReading(model, "OV", { sides: ["right"], gains: "raw" });
    const seconds = (performance.now() - start) / 1000;
    console.log(`${entries.length} OV circuits, 10 directions each: ${seconds.toFixed(2)} s`);
  }
} finally {
  await Deno.remove(folder, { recursive: true });
}
