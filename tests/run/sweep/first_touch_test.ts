import { firstTouch } from "../../../lib/run/sweep/first_touch.ts";
import { Instrument } from "../../../lib/run/instrument.ts";
import { add, type Edit, knockout, ofRun, replace, scale, zero } from "../../../lib/run/mod.ts";
import { plainWindow } from "../../../lib/run/window.ts";
import { assertEquals } from "../../assert.ts";
import { fixtureModel } from "../../model/fixture.ts";

Deno.test("firstTouch() is the first block and column that edits touch, or read when they do", async () => {
  const model = await fixtureModel("gpt2"), window = plainWindow(2, 6);
  const touch = (...edits: Edit[]) => {
    const { layer, column, early } = firstTouch(
      new Instrument(model, new Set(), edits, window).planned,
      2,
    );
    return [layer, column, ...early];
  };
  assertEquals(touch(zero("blocks.1.attn.z", { positions: [4, 2] })), [1, 2]);
  assertEquals(touch(zero("blocks.1.attn.z")), [1, 0]);
  assertEquals(touch(zero("blocks.1.mlp_out", { positions: { from: 3 } })), [1, 3]);
  assertEquals(touch(add("embed", 1, { positions: -1 })), [-1, 5]);
  assertEquals(touch(scale("ln_final.normalized", 2, { positions: 1 })), [2, 1]);
  assertEquals(touch(scale("logits", 2), zero("blocks.0.resid_mid", { positions: 3 })), [0, 0]);
  const early = ofRun({ at: "blocks.0.resid_pre", positions: 1 });
  assertEquals(touch(replace("blocks.1.resid_pre", early, { positions: 4 })), [
    1,
    4,
    "blocks.0.resid_pre",
  ]);
  const own = ofRun({ at: "blocks.1.resid_pre", positions: 1 });
  assertEquals(touch(replace("blocks.1.resid_mid", own, { positions: 4 })), [1, 1]);
  assertEquals(touch(knockout("blocks.0.attn.pattern", { pairs: [[5, 3], [4, 3]] })), [0, 4]);
  // No query before the key sees it.
  assertEquals(touch(zero("blocks.1.attn.scores", { keys: 4 })), [1, 4]);
});
