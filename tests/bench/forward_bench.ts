/**
 * A forward pass of GPT-2 small beside the same arithmetic written straight onto arrays: both in one run, sides
 * alternated, the minimum of each. The library may take at most 1.25 times as long.
 *
 *     deno task bench
 *
 * @module
 */

import { load, run, startBackend } from "../../mod.ts";
import { writeGpt2 } from "./gpt2_files.ts";
import { plainForward, sizes } from "./plain_gpt2.ts";

const rounds = 30;
/** The most that the library may take, in times of the plain loops, at 32 tokens. */
const limit = 1.25;

Deno.bench({
  name: "forward of GPT-2 small, 32 tokens, all logits: library over plain loops",
  n: 1,
  warmup: 0,
  fn: compare,
});

/** Times both sides and prints minima, ratio and load. */
async function compare(): Promise<void> {
  const { name, blas } = await startBackend();
  if (name !== "native" || blas === undefined) {
    throw new Error(`the comparison needs a BLAS, and the backend is ${name}: run deno task blas`);
  }
  const folder = await Deno.makeTempDir();
  try {
    await writeGpt2(folder);
    const model = await load(folder);
    const plain = plainForward(blas, /scipy/.test(blas) ? "scipy_" : "");
    for (const tokens of [32, 128]) {
      const ids = Array.from({ length: tokens }, (_, i) => (i * 7919 + 13) % sizes.vocabulary);
      let ours = Infinity, theirs = Infinity;
      for (let round = -3; round < rounds; round++) {
        const start = performance.now();
        const result = await run(model, ids);
        const middle = performance.now();
        result.dispose();
        const again = performance.now();
        plain(ids);
        const end = performance.now();
        if (round < 0) continue; // compilers warm up
        ours = Math.min(ours, middle - start);
        theirs = Math.min(theirs, end - again);
      }
      const verdict = tokens === 32
        ? ` (${ours / theirs <= limit ? "within" : "OVER"} ${limit})`
        : "";
      console.log(
        `${tokens} tokens: library ${ours.toFixed(1)} ms, plain loops ${
          theirs.toFixed(1)
        } ms, ratio ${(ours / theirs).toFixed(3)}${verdict}; load average ${
          Deno.loadavg().map((load) => load.toFixed(2)).join(" ")
        }`,
      );
    }
    model.dispose();
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
