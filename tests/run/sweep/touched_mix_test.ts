/** Heads that are run alone within a sweep. */

import {
  type Edit,
  knockout,
  logit,
  mean,
  meanOver,
  noise,
  ofRun,
  replace,
  run,
  scale,
  sweep,
  zero,
} from "../../../lib/run/mod.ts";
import { rowsOfMix } from "../../../lib/run/sweep/touched_mix.ts";
import type { Site } from "../../../lib/model/mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import { fixtureModel } from "../../model/fixture.ts";

const PROMPTS = [[3, 17, 24, 40, 9, 61], [52, 9, 61, 70]];

Deno.test("rowsOfMix() puts variants together that run as many heads from near columns, as long prompts allow", async () => {
  const model = await fixtureModel("gpt2"), heads = { queries: [1], keys: [1] };
  const at = (column: number, to: number) =>
    rowsOfMix({ heads, column }, {
      model,
      tokens: [null] as never,
      layout: { window: { to } } as never,
    });
  assertEquals([at(3, 40).alike, at(31, 40).alike], ["1,1,0", "1,1,0"]);
  assertEquals(at(32, 40).alike, "1,1,1");
  assert(at(0, 2000).most < at(0, 20).most && at(0, 1e6).most === 1);
});

Deno.test("sweep() runs some heads alone under every kind of edit, and several of them together", async () => {
  const model = await fixtureModel("llama");
  const at = (name: string, layer = 0): Site => `blocks.${layer}.attn.${name}` as Site;
  const means = await meanOver(model, PROMPTS, { sites: ["q", "v", "z"].map((name) => at(name)) });
  const lists: Edit[][] = [
    [mean(at("q"), means, { heads: 3 })],
    [mean(at("v"), means, { heads: 1, positions: 1 })],
    [noise(at("q"), { deviation: 1, seed: 3, heads: 2 })],
    [noise(at("v"), { deviation: 1, seed: 3, heads: 1, positions: [1, 2] })],
    [replace(at("rot_k"), ofRun({ heads: 0 }), { heads: 1 })],
    [replace(at("k_input"), ofRun({ at: "blocks.0.resid_pre", positions: 0 }), {
      heads: 1,
      positions: 2,
    })],
    [replace(at("scores"), -2, { heads: 1, positions: -1, keys: 0 })],
    [replace(at("pattern"), 0.5, { heads: 1, positions: 1, keys: 3 })],
    [knockout(at("pattern"), { heads: 2, positions: -1, keys: 1 })],
    [scale(at("result"), 2, { heads: 3, positions: [1, 2] })],
    [zero(at("result", 1), { heads: [0, 2] }), scale("blocks.1.attn_out", 2, { positions: -1 })],
    [replace(at("result"), ofRun({ heads: 0 }), { heads: 1 })],
    [scale(at("z"), 2, { heads: 0 }), zero(at("result"), { heads: 3 })],
    [scale(at("q"), 2, { heads: 0 }), zero(at("v"), { heads: 1, positions: 0 })],
    [
      scale(at("q_input"), 2, { heads: 0 }),
      scale(at("scores"), 0.5, { heads: 3 }),
      zero(at("z"), { heads: 1 }),
    ],
    [zero(at("v", 1), { heads: 0, positions: 1 }), zero("blocks.1.mlp.post", { positions: -1 })],
  ];
  for (const prompts of [PROMPTS, [PROMPTS[0]!]]) {
    const result = await sweep(model, prompts, lists.map((edits) => ({ edits })), logit(9));
    for (const [variant, edits] of lists.entries()) {
      using alone = await run(model, prompts, { edits });
      alone.measure(logit(9)).forEach((value, example) => {
        const found = result.at(variant, example);
        assert(Math.abs(found - value) <= 1e-5, `${variant}, ${example}: ${found} for ${value}`);
      });
    }
  }
});
