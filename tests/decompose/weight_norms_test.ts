import { weightNorms } from "../../lib/decompose/mod.ts";
import { foldNorms, withWeights } from "../../lib/model/mod.ts";
import { tf } from "../../lib/tensor/mod.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";
import { heldTensors } from "../held_tensors.ts";
import { fixtureModel, fixturePath, readTensors, seedling } from "../model/fixture.ts";
import { near } from "../near.ts";

for (const family of ["gpt2", "llama", "gpt_neox", "gemma2", "mixtral"]) {
  Deno.test(`I-02 weightNorms() measures raw and folded weights, ${family}`, async () => {
    const model = await fixtureModel(family);
    await weightNorms(model);
    const held = heldTensors(), norms = await weightNorms(model);
    assertEquals(heldTensors(), held);
    using folded = await foldNorms(model);
    for (const name of ["W_Q", "W_V", "W_O", "W_in", "W_out"] as const) {
      for (const [own, source] of [["raw", model], ["folded", folded]] as const) {
        const values = await source.layerWeight(1, name)!.data();
        const experts = model.architecture.mixture?.experts ?? 1;
        const share = name === "W_in" || name === "W_out" ? experts : 1;
        const expected = Math.sqrt(values.reduce((sum, x) => sum + x * x, 0) / share);
        near([norms.of(name)[own]![1]!], [expected], 1e-4 * expected, `${name} ${own}`);
      }
    }
    assertEquals(norms.weights.some(({ name }) => name === "W_gate"), model.architecture.gated);
    assertEquals(norms.of("W_O").folded, norms.of("W_O").raw);
    assert(Math.abs(norms.of("W_Q").folded![1]! - norms.of("W_Q").raw[1]!) > 1e-3);
  });
}

Deno.test("I-02 weightNorms() recovers growth that was planted in what writes, and only there", async () => {
  const model = await seedling();
  const first = model.layerWeight(0, "W_O")!.tensor(), flat = model.layerWeight(0, "W_Q")!.tensor();
  const grown = withWeights(model, {
    ...Object.fromEntries([0, 1, 2, 3].map((layer) => [
      `blocks.${layer}.attn.W_O`,
      tf.tidy(() => first.mul(1.3 ** layer)),
    ])),
    ...Object.fromEntries([0, 1, 2, 3].map((layer) => [`blocks.${layer}.attn.W_Q`, flat])),
  });
  const norms = await weightNorms(grown);
  near([norms.of("W_O").rawGrowth.rate, norms.of("W_Q").rawGrowth.rate], [1.3, 1], 1e-5);
});

Deno.test("weightNorms() says why norms could not be folded, and which weights there are", async () => {
  const norms = await weightNorms(await fixtureModel("olmo2"));
  assertEquals(norms.of("W_O").folded, null);
  assert(norms.notFolded!.includes("they stand after what is written"), norms.notFolded!);
  assert(Deno.inspect(norms).includes("Not folded"));
  assertThrows(
    () => norms.of("b_Q"),
    RangeError,
    'Cannot find the norms of "b_Q" as it must be among W_Q, W_K, W_V, W_gate, W_in, W_O, W_out',
  );
});

Deno.test("I-02 weightNorms() measures what the file of gpt2 holds", async () => {
  const file = readTensors(fixturePath("families/gpt2/model.safetensors"));
  const [, tensor] = [...file].find(([name]) => name.endsWith("h.1.mlp.c_proj.weight"))!;
  const expected = Math.sqrt(tensor.values.reduce((sum, x) => sum + x * x, 0));
  near([(await weightNorms(await fixtureModel("gpt2"))).of("W_out").raw[1]!], [expected], 1e-5);
});
