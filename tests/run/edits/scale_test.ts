import { run, scale, zero } from "../../../lib/run/mod.ts";
import { assertEquals, assertRejects } from "../../assert.ts";
import { fixtureModel, PROMPTS } from "../../model/fixture.ts";
import { near, same } from "../../near.ts";

Deno.test("scale() by 1 is the identity, by 0 a zero, by 2 and then by a half what was there", async () => {
  const model = await fixtureModel("llama"), site = "blocks.0.attn_out";
  const logits = async (edits: Parameters<typeof run>[2] = {}) => {
    using result = await run(model, PROMPTS, edits);
    return result.logits.dataSync().slice();
  };
  same(await logits({ edits: [scale(site, 1)] }), await logits());
  // 0 times a negative number is −0, which adds like 0.
  near(await logits({ edits: [scale(site, 0)] }), await logits({ edits: [zero(site)] }), 0);
  // Powers of 2 lose no bit.
  same(await logits({ edits: [scale(site, 2), scale(site, 0.5)] }), await logits());
});

Deno.test("a scale whose factor is no number is refused where it was not made by scale()", async () => {
  const model = await fixtureModel("llama"), edit = { ...scale("embed", 1), factor: NaN };
  assertEquals(
    (await assertRejects(() => run(model, PROMPTS, { edits: [edit] }), RangeError)).message,
    "Cannot make an edit as its factor must be a finite number: current value is NaN",
  );
});
