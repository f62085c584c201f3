import { foldValueBiases } from "../../../lib/model/mod.ts";
import { assert, assertEquals, assertRejects } from "../../assert.ts";
import { near, same } from "../../near.ts";
import { fixtureModel, withModel } from "../fixture.ts";
import { randomCheckpoint } from "../random_checkpoint.ts";
import { agree, everyShape } from "./processing_check.ts";

Deno.test("A-24 foldValueBiases() keeps the logits and what attention writes, with value biases of zero", async () => {
  let folded = 0;
  await everyShape(async (model, what) => {
    if (!model.b_V.stored) return;
    const other = await foldValueBiases(model);
    await agree(other, model, {
      what,
      sites: ["attn_out", "resid_post", "attn.pattern"],
      logits: true,
    });
    assert((await other.b_V.data()).every((x) => x === 0), what);
    assert((await model.b_V.data()).some((x) => x !== 0), what);
    for (const name of ["b_Q", "b_K", "W_V", "W_Q"] as const) {
      same(await other[name].data(), await model[name].data(), `${what}: ${name}`);
    }
    folded++;
    other.dispose();
  });
  assert(folded >= 6, `${folded} models have value biases`);
});

Deno.test("A-24 foldValueBiases() counts a shared value bias once for each query head", async () => {
  await withModel(randomCheckpoint("llama", { attention_bias: true }), async (model) => {
    const other = await foldValueBiases(model);
    const [heads, groups, e, width] = [6, 2, 4, 24];
    const [b_V, W_O] = [
      await model.b_V.at({ layer: 1 }).data(),
      await model.W_O.at({ layer: 1 }).data(),
    ];
    const expected = Float64Array.from(await model.b_O.at({ layer: 1 }).data());
    for (let head = 0; head < heads; head++) {
      const group = Math.floor(head * groups / heads);
      for (let k = 0; k < e; k++) {
        for (let i = 0; i < width; i++) {
          expected[i]! += b_V[group * e + k]! * W_O[(head * e + k) * width + i]!;
        }
      }
    }
    near(await other.b_O.at({ layer: 1 }).data(), expected, 1e-5);
    other.dispose();
  });
});

Deno.test("A-24 foldValueBiases() refuses a model without value biases", async () => {
  const error = await assertRejects(
    async () => foldValueBiases(await fixtureModel("llama")),
    TypeError,
  );
  assertEquals(
    error.message,
    "Cannot fold the value biases of llama as its values must have biases: they have none",
  );
});
