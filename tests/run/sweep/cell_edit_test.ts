import { cellEdits } from "../../../lib/run/sweep/cell_edit.ts";
import { Cache, ofCache, scale } from "../../../lib/run/mod.ts";
import { assertEquals } from "../../assert.ts";
import { fixtureModel } from "../../model/fixture.ts";

Deno.test("cellEdits() puts zero, another prompt's value, or what it is told", async () => {
  const model = await fixtureModel("gpt2"), source = new Cache();
  const context = { model, tokens: [], sourceTokens: null, source: null };
  const place = { at: "blocks.0.attn.z" as const, where: { heads: 1 } };
  assertEquals(cellEdits(place, context, {}), [{ kind: "zero", at: place.at, heads: 1 }]);
  assertEquals(cellEdits(place, { ...context, source }, {}), [
    { kind: "replace", at: place.at, value: ofCache(source), heads: 1 },
  ]);
  const edit = () => scale("embed", 2);
  assertEquals(cellEdits(place, context, { edit }), [scale("embed", 2)]);
});
