import { headsAt, isOfKeys } from "../../lib/run/narrow_heads.ts";
import { assertEquals } from "../assert.ts";
import { fixtureModel } from "../model/fixture.ts";

Deno.test("isOfKeys() tells the sites whose heads are shared, as their sizes do", async () => {
  for (const family of ["llama", "olmo", "qwen3"]) {
    const model = await fixtureModel(family), { heads, keyValueHeads } = model.architecture;
    const of = { queries: [3], keys: [1] };
    for (const site of model.match("blocks.0.attn.*")) {
      const size = model.shapeOf(site, 1, 1)[0];
      assertEquals(size, isOfKeys(site) ? keyValueHeads : heads, site);
      assertEquals(headsAt(site, of), isOfKeys(site) ? [1] : [3]);
    }
  }
});
