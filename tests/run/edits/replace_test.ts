import { ofCache, replace, run } from "../../../lib/run/mod.ts";
import type { Site } from "../../../lib/model/mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import { FAMILIES, fixtureModel, PROMPTS } from "../../model/fixture.ts";
import { same } from "../../near.ts";

const OTHERS = PROMPTS.map((ids) => ids.toReversed());

Deno.test("C-13 all embeddings, or the last stream at every position, of another run give its logits", async () => {
  for (const family of FAMILIES) {
    const model = await fixtureModel(family);
    using other = await run(model, OTHERS, { capture: ["embed", "resid_post"] });
    for (const site of ["embed", "blocks.0.resid_post", "blocks.1.resid_post"] as const) {
      using patched = await run(model, PROMPTS, {
        edits: [replace(site, ofCache(other.cache))],
      });
      same(patched.logits.dataSync(), other.logits.dataSync(), `${family} ${site}`);
    }
  }
});

Deno.test("C-13 what a patched run captures is a copy: the other run's cache stays what it was", async () => {
  const model = await fixtureModel("gpt2"), site: Site = "blocks.0.resid_post";
  using other = await run(model, OTHERS, { capture: [site] });
  const before = other.cache.get(site).dataSync().slice();
  using patched = await run(model, PROMPTS, {
    edits: [replace(site, ofCache(other.cache))],
    capture: [site],
  });
  // On the CPU reading gives the very array that the tensor lies in.
  patched.cache.get(site).dataSync().fill(7);
  same(other.cache.get(site).dataSync(), before);
});

Deno.test("replace() keeps its value and where", () => {
  const edit = replace("embed", [1, 2], { positions: "subject", steps: "prompt" });
  assertEquals(edit, {
    kind: "replace",
    at: "embed",
    value: [1, 2],
    positions: "subject",
    steps: "prompt",
  });
  assert(!("examples" in edit));
});
