import { tf } from "../../lib/tensor/mod.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";
import { type FAMILIES, fixtureModel, withModel } from "./fixture.ts";
import { randomCheckpoint } from "./random_checkpoint.ts";

Deno.test("weights become tensors at their first use, once, and outlive the scope of that use", async () => {
  await withModel(randomCheckpoint("llama"), ({ weights }) => {
    const before = tf.memory().numTensors;
    const first = tf.tidy(() => weights.linear("blocks.0.mlp.in").matrix);
    assertEquals(tf.memory().numTensors, before + 1);
    assert(!first.isDisposed && weights.linear("blocks.0.mlp.in").matrix === first);
    assertEquals(weights.linear("blocks.0.mlp.in").bias, null);
    weights.dispose();
    assertEquals(tf.memory().numTensors, before);
    assertThrows(() => weights.linear("blocks.0.mlp.in"), Error, "must not be disposed");
  });
});

Deno.test("weights say how many they are, tied ones once", async () => {
  for (const tied of [true, false]) {
    const checkpoint = randomCheckpoint("gpt2", { tie_word_embeddings: tied });
    const stored = [...checkpoint.tensors.values()].reduce(
      (sum, { values }) => sum + values.length,
      0,
    );
    await withModel(checkpoint, ({ weights }) => {
      assertEquals([weights.count, weights.bytes, weights.storedTypes], [stored, 4 * stored, [
        "F32",
      ]]);
    });
    // A tied file that holds its unembedding all the same has no more weights for it.
    if (!tied) continue;
    checkpoint.tensors.set("lm_head.weight", checkpoint.tensors.get("transformer.wte.weight")!);
    await withModel(checkpoint, ({ weights }) => assertEquals(weights.count, stored));
  }
});

Deno.test("weights say where the heads of each part lie", async () => {
  const columns = async (family: typeof FAMILIES[number]) => {
    const { weights } = await fixtureModel(family);
    return (["query", "key", "value"] as const).map((part) => {
      const { slot, heads, offset, stride } = weights.headColumns(1, part);
      return [slot.replace("blocks.1.attn.", ""), heads, offset, stride];
    });
  };
  assertEquals(await columns("gpt2"), [["fused", 4, 0, 8], ["fused", 4, 32, 8], [
    "fused",
    4,
    64,
    8,
  ]]);
  assertEquals(await columns("gpt_neox"), [["fused", 4, 0, 24], ["fused", 4, 8, 24], [
    "fused",
    4,
    16,
    24,
  ]]);
  assertEquals(await columns("llama"), [["query", 4, 0, 8], ["key", 2, 0, 8], ["value", 2, 0, 8]]);
});

Deno.test("weights refuse a slot that there is none of", async () => {
  const { weights } = await fixtureModel("gpt2");
  assertEquals(
    assertThrows(() => weights.linear("blocks.7.mlp.in"), RangeError).message,
    'Cannot find "blocks.7.mlp.in.matrix" among the weights',
  );
});
