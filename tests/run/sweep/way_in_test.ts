/** Where within a block variants are taken up, and that they then measure what a run of each does. */

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
import { Instrument } from "../../../lib/run/instrument.ts";
import { touchedHeads, wayInto } from "../../../lib/run/sweep/way_in.ts";
import { plainWindow } from "../../../lib/run/window.ts";
import type { BlockSite, Site, Transformer } from "../../../lib/model/mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import { fixtureModel } from "../../model/fixture.ts";

Deno.test("wayInto() goes on from what stands before the sites that are edited", async () => {
  const way = (model: Transformer, ...names: BlockSite[]) => {
    const found = wayInto(model, names.map((name): Site => `blocks.1.${name}`));
    return found && `${found.given.join(" ")}${found.heads ? " of heads" : ""}`;
  };
  const gpt2 = await fixtureModel("gpt2"), parallel = await fixtureModel("gpt_neox");
  const gated = await fixtureModel("llama"), mixture = await fixtureModel("mixtral");
  assertEquals(way(gpt2, "attn.q"), "attn.z of heads");
  assertEquals(way(gpt2, "attn.pattern", "mlp.post"), "attn.z of heads");
  assertEquals(way(gpt2, "attn.z"), "attn.z");
  for (const name of ["resid_mid", "mlp_in", "ln2.scale"] as const) {
    assertEquals(way(gpt2, name), "attn_out");
  }
  assertEquals([way(gpt2, "mlp.pre"), way(gated, "mlp.pre")], ["attn_out mlp.pre", "attn_out"]);
  assertEquals([way(gpt2, "mlp.post"), way(gpt2, "mlp_out", "resid_post")], [
    "attn_out mlp.post",
    "attn_out mlp_out",
  ]);
  assertEquals([way(gpt2, "ln1.scale", "attn.z"), way(gpt2, "resid_pre")], [null, null]);
  // Side by side neither reads what the other writes.
  assertEquals([way(parallel, "attn.v"), way(parallel, "mlp.post")], [
    "attn.z mlp_out of heads",
    "attn_out mlp.post",
  ]);
  assertEquals([way(mixture, "mlp_out"), way(mixture, "moe.weights")], [
    "attn_out mlp_out",
    "attn_out",
  ]);
  // The norm of queries and keys measures all heads together.
  assertEquals(way(await fixtureModel("olmo2"), "attn.q"), null);
  assertEquals(wayInto(gpt2, ["blocks.0.mlp_out", "blocks.1.mlp_out"]), null);
});

Deno.test("touchedHeads() are those that edits touch, and all that share keys and values with them", async () => {
  const model = await fixtureModel("llama"), window = plainWindow(2, 6);
  const heads = (...edits: Edit[]) => {
    const { planned } = new Instrument(model, new Set(), edits, window);
    const { queries, keys } = touchedHeads(model, planned);
    return [queries, keys];
  };
  const q = "blocks.0.attn.q", v = "blocks.0.attn.v";
  assertEquals(heads(zero(q, { heads: 2 })), [[2], [1]]);
  assertEquals(heads(zero(q, { heads: [3, 0] })), [[0, 3], [0, 1]]);
  assertEquals(heads(zero(v, { heads: 1 })), [[2, 3], [1]]);
  assertEquals(heads(zero(v, { heads: 1 }), zero(q, { heads: 0 })), [[0, 1, 2, 3], [0, 1]]);
  assertEquals(heads(zero(q)), [[0, 1, 2, 3], [0, 1]]);
  assertEquals(heads(replace(q, ofRun({ heads: 3 }), { heads: 0 })), [[0, 1, 2, 3], [0, 1]]);
});

const PROMPTS = [[3, 17, 24, 40, 9, 61], [52, 9, 61, 70]];

/** Edits of a site within a block, of one head where it has heads. */
function editsOf(model: Transformer, site: Site): readonly (readonly Edit[])[] {
  const axes = model.axesOf(site), size = model.shapeOf(site, 1, 1);
  const own = axes[0] === "head" ? { heads: size[0]! - 1 } : {};
  if (site.endsWith("moe.indices")) return [];
  const key = axes.includes("key") ? { keys: 1 } : {};
  return [
    [scale(site, 1.5, { ...own, ...key, positions: 2 })],
    [zero(site, { ...own, positions: -1 })],
  ];
}

for (
  const family of ["gpt2", "llama", "gpt_neox", "phi", "olmo", "olmo2", "qwen3", "mixtral", "gemma"]
) {
  Deno.test(`sweep() takes variants up at every site of a block of ${family}, and measures what runs do`, async () => {
    const model = await fixtureModel(family);
    const sites = model.match("blocks.*").filter((site) => !/scale$/.test(site));
    const variants = sites.flatMap((site) => editsOf(model, site)).map((edits) => ({ edits }));
    const result = await sweep(model, PROMPTS, variants, logit(9));
    for (const [variant, { edits }] of variants.entries()) {
      using alone = await run(model, PROMPTS, { edits });
      alone.measure(logit(9)).forEach((value, example) => {
        const found = result.at(variant, example);
        const text = JSON.stringify(edits.map(({ at, kind }) => [at, kind]));
        assert(
          Math.abs(found - value) <= 1e-5 * Math.max(1, Math.abs(value)),
          `${text}: ${found} for ${value}`,
        );
      });
    }
  });
}

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
