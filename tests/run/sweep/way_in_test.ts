import { type Edit, ofRun, replace, zero } from "../../../lib/run/mod.ts";
import { Instrument } from "../../../lib/run/instrument.ts";
import { touchedHeads, wayInto } from "../../../lib/run/sweep/way_in.ts";
import { plainWindow } from "../../../lib/run/window.ts";
import type { BlockSite, Site, Transformer } from "../../../lib/model/mod.ts";
import { assertEquals } from "../../assert.ts";
import { fixtureModel } from "../../model/fixture.ts";

Deno.test("wayInto() goes on from what stands before the sites that are edited", async () => {
  const way = (model: Transformer, ...names: BlockSite[]) => {
    const found = wayInto(model, names.map((name): Site => `blocks.1.${name}`));
    const { given = [], heads, results } = found ?? {};
    return found && `${given.join(" ")}${heads ? " of heads" : ""}${results ? " and results" : ""}`;
  };
  const gpt2 = await fixtureModel("gpt2"), parallel = await fixtureModel("gpt_neox");
  const gated = await fixtureModel("llama"), mixture = await fixtureModel("mixtral");
  assertEquals(way(gpt2, "attn.q"), "attn.z of heads");
  assertEquals(way(gpt2, "attn.pattern", "mlp.post"), "attn.z of heads");
  assertEquals(way(gpt2, "attn.z"), "attn.z");
  assertEquals([way(gpt2, "attn.result"), way(gpt2, "attn.z", "attn.result")], [
    "attn_out and results",
    "attn.z",
  ]);
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
