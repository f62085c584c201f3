import { type Edit, run, zero } from "../../../lib/run/mod.ts";
import { assert, assertEquals, assertRejects } from "../../assert.ts";
import { FAMILIES, fixtureModel, PROMPTS } from "../../model/fixture.ts";
import { same } from "../../near.ts";

Deno.test("zero() of a pattern is a zero at each site that fits it", async () => {
  for (const family of FAMILIES) {
    const model = await fixtureModel(family), where = { heads: 1, positions: [-1, 0] };
    const logits = async (edits: readonly Edit[]) => {
      using result = await run(model, PROMPTS, { edits });
      return result.logits.dataSync().slice();
    };
    const all = await logits([zero("blocks.*.attn.z", where)]);
    same(
      all,
      await logits([zero("blocks.0.attn.z", where), zero("blocks.1.attn.hook_z", where)]),
    );
    const first = await logits([zero("blocks.0.attn.z", where)]);
    assert(all.some((x, i) => x !== first[i]), "the second layer counts");
  }
});

Deno.test("zero() of a pattern names the site that does not admit it", async () => {
  const model = await fixtureModel("gpt2");
  const message = async (edit: Edit) =>
    (await assertRejects(() => run(model, PROMPTS, { edits: [edit] }), RangeError)).message;
  assertEquals(
    await message(zero("blocks.0.*", { heads: 1 })),
    "Cannot zero blocks.0.resid_pre heads 1 as the site has no heads: its axes are batch, position, width",
  );
  assertEquals(
    await message(zero("blocks.*.attn.zz")),
    'Cannot zero "blocks.*.attn.zz" as the model has no such site: the nearest is "blocks.0.attn.z"',
  );
});

Deno.test("C-15 zero of what is zero already changes no bit", async () => {
  const model = await fixtureModel("gpt2"), edit = zero("blocks.0.attn_out", { positions: 3 });
  using once = await run(model, PROMPTS, { edits: [edit] });
  using twice = await run(model, PROMPTS, { edits: [edit, edit] });
  same(twice.logits.dataSync(), once.logits.dataSync());
});
