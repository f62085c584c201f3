/**
 * Whether memory stays flat over 1,000 sweeps: tensors that are held and the resident memory of the process after 100 and
 * after 1,000 of them, on seedling; at most 1.05 times as much is asked: `deno run -A tests/bench/sweep_memory_bench.ts`.
 *
 * @module
 */

import { collectGarbage } from "../../lib/notebook/kernel/collect_garbage.ts";
import { headsByPositions, load, logitDifference, promptPair, sweep, tf } from "../../mod.ts";

const model = await load("seedling");
const text = "When Mary and John went to the store, John gave a key to";
const pair = promptPair(model, {
  clean: text,
  corrupt: text.replace("John gave", "Mary gave"),
  answer: " Mary",
  wrong: " John",
});
const metric = logitDifference(" Mary", " John");
/** After a collection of garbage: between two of them the engine lets its heap swing by a hundred megabytes. */
const measured = async () => {
  for (let turn = 0; turn < 3; turn++) {
    collectGarbage();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return figures();
};
const figures = () => ({
  tensors: tf.memory().numTensors,
  bytes: tf.memory().numBytes,
  resident: Deno.memoryUsage().rss,
});
let at100 = await measured();
for (let i = 1; i <= 1000; i++) {
  const grid = await sweep(model, pair, headsByPositions("z"), metric);
  if (i === 1) console.log(`a sweep of ${grid.data.shape.join(" × ")} cells`);
  if (i % 100 > 0) continue;
  const now = await measured();
  if (i === 100) at100 = now;
  console.log(
    `after ${i}: ${now.tensors} tensors of ${(now.bytes / 1e6).toFixed(1)} MB, resident ${
      (now.resident / 1e6).toFixed(0)
    } MB, ${(now.resident / at100.resident).toFixed(3)} × that after 100`,
  );
}
const last = await measured();
console.log(`load average ${Deno.loadavg().map((load) => load.toFixed(2)).join(" ")}`);
if (last.tensors > at100.tensors || last.resident > 1.05 * at100.resident) {
  console.error("Memory grew");
  Deno.exit(1);
}
