/**
 * Runs a model 200 times with a capture and prints what it takes after run 20 and after run 200: resident memory, and
 * the bytes of arrays that are still held once the collector has run.
 *
 * Arguments: `using` or `left`, whether each result is disposed or left to the collector.
 *
 * @module
 */

import { run } from "../../lib/run/mod.ts";
import { tf } from "../../lib/tensor/mod.ts";
import { seedling } from "../model/fixture.ts";

const [manner] = Deno.args;
const model = await seedling();
const prompt = "When Mary and John went to the store, John gave a key to";
const collect = (globalThis as { gc?: () => void }).gc!;

/** What is held once what nobody can reach is gone. */
async function held(): Promise<{ resident: number; arrays: number; tensors: number }> {
  // Finalizers run in tasks of their own after a collection.
  for (let i = 0; i < 3; i++) {
    collect();
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  const { rss, external } = Deno.memoryUsage();
  return { resident: rss, arrays: external, tensors: tf.memory().numBytes };
}

const readings: Record<number, Awaited<ReturnType<typeof held>>> = {};
for (let count = 1; count <= 200; count++) {
  const result = await run(model, prompt, { capture: ["resid_post", "attn.pattern"] });
  result.cache.get("blocks.0.resid_post");
  if (manner === "using") result.dispose();
  if (count === 20 || count === 200) readings[count] = await held();
}
console.log(JSON.stringify(readings));
