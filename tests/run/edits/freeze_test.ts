import { type Edit, freeze, replace, resample, run, zero } from "../../../lib/run/mod.ts";
import type { Cache } from "../../../lib/run/mod.ts";
import { assert, assertEquals, assertRejects } from "../../assert.ts";
import { heldTensors } from "../../held_tensors.ts";
import { FAMILIES, fixtureModel, PROMPTS } from "../../model/fixture.ts";
import { near, same } from "../../near.ts";

Deno.test("freeze() alone changes no bit, and holds a site against all edits before it", async () => {
  for (const family of FAMILIES) {
    const model = await fixtureModel(family);
    const frozen = [freeze("blocks.*.attn.pattern"), freeze("blocks.*.ln2.scale")];
    using plain = await run(model, PROMPTS, { capture: ["attn.pattern", "ln2.scale"] });
    using alone = await run(model, PROMPTS, { edits: frozen });
    same(alone.logits.dataSync(), plain.logits.dataSync(), family);
    const ablation = zero("blocks.0.attn.z", { heads: [0, 1] });
    const held = ["blocks.1.attn.pattern", "blocks.1.ln2.scale"] as const;
    using edited = await run(model, PROMPTS, { edits: [ablation, ...frozen], capture: held });
    for (const site of held) {
      same(
        edited.cache.get(site).dataSync(),
        plain.cache.get(site).dataSync(),
        `${family} ${site}`,
      );
    }
    using by = await run(model, PROMPTS, {
      edits: [ablation, ...plain.cache.sites.map((site) => resample(site, plain.cache))],
    });
    same(edited.logits.dataSync(), by.logits.dataSync(), family);
    using moved = await run(model, PROMPTS, { edits: [ablation] });
    assert(moved.logits.dataSync().some((x, i) => x !== edited.logits.dataSync()[i]));
  }
});

Deno.test("freeze() to a cache is a replacement by what that holds", async () => {
  const model = await fixtureModel("gpt2"), site = "blocks.1.attn.pattern";
  using other = await run(model, PROMPTS.map((ids) => ids.toReversed()), { capture: [site] });
  const logits = async (edit: Edit) => {
    using result = await run(model, PROMPTS, { edits: [edit] });
    return result.logits.dataSync().slice();
  };
  for (const where of [{}, { heads: 2, positions: [3, -1] }, { examples: [1] }]) {
    const expected = where.heads === undefined && where.examples === undefined
      ? await logits(replace(site, other.cache.get(site)))
      : await logits(resample(site, other.cache, where));
    near(await logits(freeze(site, { source: other.cache, ...where })), expected, 0);
  }
  const wrong = freeze(site, { source: {} as Cache });
  assertEquals(
    (await assertRejects(() => logits(wrong), TypeError)).message,
    "Cannot freeze blocks.1.attn.pattern as its source must be a cache, or left out: current value is an object",
  );
});

Deno.test("freeze() frees what the unedited run held", async () => {
  const model = await fixtureModel("gpt2"), edits = [freeze("blocks.*.attn.pattern")];
  (await run(model, PROMPTS, { edits })).dispose();
  const before = heldTensors();
  (await run(model, PROMPTS, { edits })).dispose();
  assertEquals(heldTensors(), before);
});
