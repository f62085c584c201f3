import { Instrument } from "../../../lib/run/instrument.ts";
import { entryOf, lastColumn, mayPack } from "../../../lib/run/sweep/entry.ts";
import { blocksOf, firstTouch } from "../../../lib/run/sweep/first_touch.ts";
import { type Edit, ofRun, replace, scale, zero } from "../../../lib/run/mod.ts";
import { plainWindow } from "../../../lib/run/window.ts";
import { assertEquals } from "../../assert.ts";
import { fixtureModel } from "../../model/fixture.ts";

Deno.test("entryOf() lets variants in behind what they change, unless that is in several blocks", async () => {
  const model = await fixtureModel("gpt2"), window = plainWindow(2, 6);
  const entry = (...edits: Edit[]) => {
    const { planned } = new Instrument(model, new Set(), edits, window);
    return entryOf(model, { ...firstTouch(planned, 2), planned, blocks: blocksOf(planned, 2) });
  };
  assertEquals(entry(zero("blocks.1.resid_pre")), "stream");
  assertEquals(entry(zero("blocks.1.attn.z"), zero("blocks.1.mlp_out", { positions: 1 })), "part");
  assertEquals(entry(zero("blocks.1.attn.q")), "part");
  assertEquals(entry(zero("blocks.1.ln1.normalized")), "block");
  assertEquals(entry(zero("blocks.1.resid_pre"), zero("blocks.1.mlp_out")), "block");
  const own = ofRun({ at: "blocks.1.resid_pre" }), early = ofRun({ at: "blocks.0.resid_pre" });
  assertEquals(entry(replace("blocks.1.resid_mid", own)), "block");
  assertEquals(entry(replace("blocks.1.resid_mid", early)), "part");
  assertEquals(entry(zero("blocks.0.attn.z"), zero("blocks.1.attn.z")), null);
  assertEquals([entry(scale("logits", 2)), entry(zero("embed"))], [null, null]);
  const edits = [zero("blocks.1.attn.z", { positions: [1, 3] })];
  assertEquals(lastColumn(new Instrument(model, new Set(), edits, window).planned), 3);
});

Deno.test("mayPack() is for prompts whose angles do not depend on their length", async () => {
  const packs = await Promise.all(
    ["gpt2", "llama", "gpt_neox", "mixtral", "gemma2", "bloom", "gpt_oss"].map(async (family) =>
      mayPack(await fixtureModel(family), 8)
    ),
  );
  assertEquals(packs, [true, true, true, true, true, true, true]);
});
