import { entryVectors, lensEntries } from "../../lib/lens/lens_entries.ts";
import { run } from "../../lib/run/mod.ts";
import { assertEquals } from "../assert.ts";
import { fixtureModel, PROMPTS } from "../model/fixture.ts";
import { same } from "../near.ts";

Deno.test("lensEntries() lists sites in the order of the pass, heads one by one, the last stream last", async () => {
  const model = await fixtureModel("llama");
  const labels = (sites?: string[], mid = false) =>
    lensEntries(model, sites, mid).map(({ label }) => label);
  assertEquals(labels(), ["0.pre", "1.pre", "final"]);
  assertEquals(labels(undefined, true), ["0.pre", "0.mid", "1.pre", "1.mid", "final"]);
  assertEquals(labels(["resid_post", "embed"]), ["embed", "0.post", "final"]);
  assertEquals(labels(["blocks.0.attn.k_input"]).length, model.architecture.keyValueHeads + 1);
});

Deno.test("entryVectors() picks a head's rows", async () => {
  const model = await fixtureModel("llama");
  using result = await run(model, PROMPTS[0]!, { capture: ["blocks.0.attn.result"] });
  const entry = lensEntries(model, ["blocks.0.attn.result"], false)[3]!;
  const rows = entryVectors(result.cache, entry, [4, 0]);
  const all = result.cache.get("blocks.0.attn.result").dataSync();
  same(rows.dataSync(), [
    ...all.slice((3 * 11 + 4) * 32, (3 * 11 + 5) * 32),
    ...all.slice(3 * 11 * 32, (3 * 11 + 1) * 32),
  ]);
});
