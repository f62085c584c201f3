import { gradients, logit, save, zero } from "../../../mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import { seedling } from "../../model/fixture.ts";

Deno.test("the .json of gradients is what was differentiated and their rows, without a page", async () => {
  const prompts = ["Mary and John", "The café is"],
    path = await Deno.makeTempFile({ suffix: ".json" });
  using found = await gradients(await seedling(), prompts, logit(" Mary"), {
    edits: [zero("blocks.3.attn.z", { heads: 5 })],
  });
  await save(found, path);
  const text = await Deno.readTextFile(path), json = JSON.parse(text);
  assertEquals(json.prompts, prompts);
  assertEquals([json.metric, json.edits], [found.metric.label, ["zero blocks.3.attn.z heads 5"]]);
  assertEquals(json.values, [...found.values]);
  assertEquals(json.rows, JSON.parse(JSON.stringify(found.table().rows)));
  assert(!/text\/html|<div/.test(text), text.slice(0, 200));
  await Deno.remove(path);
});
