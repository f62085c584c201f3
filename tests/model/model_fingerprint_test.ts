import { modelFingerprint } from "../../lib/model/mod.ts";
import { loadFolder, withWeights } from "../../lib/model/mod.ts";
import { assert, assertEquals, assertNotEquals } from "../assert.ts";
import { fixtureModel, fixturePath } from "../model/fixture.ts";

Deno.test("modelFingerprint() is the same for the same weights and another for others", async () => {
  const model = await fixtureModel("gpt2"), mark = await modelFingerprint(model);
  assert(/^[0-9a-f]{64}$/.test(mark));
  using again = await loadFolder(fixturePath("families/gpt2"), { name: "other" });
  assertEquals(await modelFingerprint(again), mark);
  assertNotEquals(await modelFingerprint(await fixtureModel("llama")), mark);
  const matrix = model.layerWeight(1, "W_O")!.tensor();
  using changed = withWeights(model, { "blocks.1.attn.W_O": matrix.mul(2) });
  assertNotEquals(await modelFingerprint(changed), mark);
  matrix.dispose();
});
