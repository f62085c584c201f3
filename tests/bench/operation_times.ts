/**
 * Which operations a forward pass in the shape of GPT-2 small spends its time on: the least of each call over ten passes, summed
 * by operation, products by the shape of their weight: `deno run -A tests/bench/operation_times.ts [tokens]`.
 *
 * @module
 */

import { loadFolder, run, startBackend, tf } from "../../mod.ts";
import { writeGpt2 } from "./gpt2_files.ts";

const count = Number(Deno.args[0] ?? 128), least = new Map<string, number[]>();
let [on, depth] = [false, 0];
const calls = new Map<string, number>();

/** Times the calls of an operation that no other operation makes. */
function watch(config: tf.KernelConfig): void {
  const work = config.kernelFunc;
  config.kernelFunc = (call) => {
    const start = performance.now();
    depth++;
    const result = work(call);
    depth--;
    if (!on || depth > 0) return result;
    const weight = (call.inputs as { weight?: tf.TensorInfo }).weight;
    const name = weight ? `${config.kernelName} ${weight.shape.join(" x ")}` : config.kernelName;
    const place = calls.get(name) ?? 0, times = least.get(name) ?? [];
    calls.set(name, place + 1);
    times[place] = Math.min(times[place] ?? Infinity, performance.now() - start);
    least.set(name, times);
    return result;
  };
}

const folder = await Deno.makeTempDir();
try {
  await writeGpt2(folder);
  const { blas, name } = await startBackend();
  for (const config of tf.getKernelsForBackend(name)) watch(config);
  const model = await loadFolder(folder);
  const ids = Array.from({ length: count }, (_, i) => (i * 7919 + 13) % 50257);
  let whole = Infinity;
  for (let round = -3; round < 10; round++) {
    on = round >= 0;
    calls.clear();
    const start = performance.now();
    (await run(model, ids)).dispose();
    if (on) whole = Math.min(whole, performance.now() - start);
  }
  const sums = [...least].map(([name, times]) =>
    [name, times.reduce((sum, time) => sum + time, 0), times.length] as const
  ).sort((a, b) => b[1] - a[1]);
  console.log(`${count} tokens by ${blas ?? "no BLAS"}: ${whole.toFixed(1)} ms`);
  for (const [name, time, length] of sums) {
    if (time >= 0.01) console.log(`${name.padEnd(28)} ${time.toFixed(2)} ms in ${length} calls`);
  }
  console.log(`load average ${Deno.loadavg().map((load) => load.toFixed(2)).join(" ")}`);
} finally {
  await Deno.remove(folder, { recursive: true });
}
