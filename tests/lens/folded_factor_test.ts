import { foldedFactor, pickedWeight } from "../../lib/lens/folded_factor.ts";
import { withWeights } from "../../lib/model/mod.ts";
import { tf } from "../../lib/tensor/mod.ts";
import { assertEquals, assertThrows } from "../assert.ts";
import { fixtureModel } from "../model/fixture.ts";
import { near, same } from "../near.ts";
import { taken, weightOf } from "./families.ts";

Deno.test("foldedFactor() takes out what it put in, where a norm stands in front", async () => {
  const model = await fixtureModel("llama");
  for (const name of ["blocks.0.attn.W_K", "blocks.1.mlp.W_gate", "W_U"]) {
    const factor = foldedFactor(model, name)!;
    const back = tf.tidy(() => factor.take(factor.put(pickedWeight(model, name))));
    near(taken(back), weightOf(model, name), 1e-6, name);
    factor.dispose();
  }
  for (const name of ["blocks.0.attn.W_O", "blocks.1.mlp.W_out", "W_E"]) {
    assertEquals(foldedFactor(model, name), null, name);
  }
});

Deno.test("foldedFactor() refuses a gain of zero", async () => {
  const model = await fixtureModel("llama");
  const gain = weightOf(model, "blocks.0.ln2.w");
  gain[3] = 0;
  using changed = withWeights(model, { "blocks.0.ln2.w": gain });
  assertThrows(
    () => foldedFactor(changed, "blocks.0.mlp.W_in"),
    RangeError,
    "Cannot lower the rank of blocks.0.mlp.W_in with its gain as no gain of blocks.0.ln2 must be 0: one is",
  );
});

Deno.test("pickedWeight() gives one head", async () => {
  const model = await fixtureModel("gpt2");
  same(
    taken(pickedWeight(model, "blocks.0.attn.W_V[head 2]")),
    weightOf(model, "blocks.0.attn.W_V").subarray(2 * 32 * 8, 3 * 32 * 8),
  );
});
