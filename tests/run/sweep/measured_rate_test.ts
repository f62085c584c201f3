/** What a plan says that a sweep takes. */

import { headsByLayers, logit, planSweep, scale, sweep } from "../../../lib/run/mod.ts";
import { batchTokens, blockTime } from "../../../lib/run/sweep/measured_rate.ts";
import { load } from "../../../lib/zoo/mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import { heldTensors } from "../../held_tensors.ts";

Deno.test("blockTime() counts the calls of each block, and their tokens", () => {
  assertEquals(blockTime([[0, 5, 20], [10]], { call: 2, token: 0.1, most: 10 }), 4 * 2 + 3.5);
});

Deno.test("batchTokens() counts what each block runs of a batch, and of the last one what is read", () => {
  const base = {
    model: { architecture: { layers: 3 } },
    tokens: [null, null],
    layout: { window: { to: 10 } },
  };
  const of = { base, readOut: { first: 9 } } as unknown as Parameters<typeof batchTokens>[1];
  const variants = [
    { layer: 0, column: 4, entry: "stream", to: 5 },
    { layer: 1, column: 2, entry: "part", to: 3 },
    { layer: 2, column: 2, entry: "part", to: 10 },
  ] as unknown as Parameters<typeof batchTokens>[0]["variants"];
  assertEquals(batchTokens({ column: null, variants }, of), [12, 14, 6]);
  const group = { column: 1, variants: [{ ...variants[0]!, entry: null }] };
  assertEquals(batchTokens(group, of), [18, 18, 18]);
});

Deno.test("planSweep() says about how long a sweep takes, edits in several blocks and metrics among it", async () => {
  const model = await load("seedling"), metric = logit(" Mary");
  const prompts = Array(6).fill("When Mary and John went to the store, John gave a key to");
  const twice = Array.from({ length: 32 }, (_, i) => ({
    edits: [0, 2].map((layer) => scale(`blocks.${layer}.attn.z`, 1.5, { heads: i % 8 })),
    label: String(i),
  }));
  for (const variants of [headsByLayers("z"), twice]) {
    await sweep(model, prompts, variants, metric);
    const before = heldTensors();
    // Others may be at work on this machine, so that the nearest of some estimates counts.
    const ratios: number[] = [];
    for (let turn = 0; turn < 4 && !ratios.some((own) => own > 0.5 && own < 2); turn++) {
      const plan = await planSweep(model, prompts, variants, metric), start = performance.now();
      await sweep(model, prompts, variants, metric);
      ratios.push(1000 * plan.seconds / (performance.now() - start));
    }
    assertEquals(heldTensors(), before);
    assert(ratios.some((own) => own > 0.4 && own < 2.5), ratios.join());
  }
});
