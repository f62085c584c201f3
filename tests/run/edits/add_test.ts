import { add, run } from "../../../lib/run/mod.ts";
import { assertEquals, assertRejects } from "../../assert.ts";
import { fixtureModel, PROMPTS } from "../../model/fixture.ts";
import { near, same } from "../../near.ts";

Deno.test("add() of 0, or of anything 0 times, is the identity; twice half is the whole", async () => {
  const model = await fixtureModel("gpt2"), row = Array.from({ length: 32 }, (_, i) => i / 8 - 2);
  const logits = async (...edits: ReturnType<typeof add>[]) => {
    using result = await run(model, PROMPTS, { edits });
    return result.logits.dataSync().slice();
  };
  const plain = await logits();
  same(await logits(add("blocks.1.resid_pre", 0)), plain);
  same(await logits(add("blocks.1.resid_pre", row, { scale: 0 })), plain);
  const half = add("blocks.1.resid_pre", row, { scale: 0.5 });
  // float32 sums in another order
  near(await logits(half, half), await logits(add("blocks.1.resid_pre", row)), 1e-5);
});

Deno.test("an add whose scale is no number is refused where it was not made by add()", async () => {
  const model = await fixtureModel("gpt2");
  const edit = { ...add("embed", 1), scale: "2" as unknown as number };
  assertEquals(
    (await assertRejects(() => run(model, PROMPTS, { edits: [edit] }), RangeError)).message,
    'Cannot make an edit as its scale must be a finite number: current value is "2"',
  );
});
