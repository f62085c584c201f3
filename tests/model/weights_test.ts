import { tf } from "../../lib/tensor/mod.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";
import { heldTensors } from "../held_tensors.ts";
import { FAMILIES, fixtureModel, withModel } from "./fixture.ts";
import { randomCheckpoint } from "./random_checkpoint.ts";

Deno.test("weights become tensors at their first use, once, and outlive the scope of that use", async () => {
  await withModel(randomCheckpoint("llama"), ({ weights }) => {
    const before = heldTensors();
    const first = tf.tidy(() => weights.linear("blocks.0.mlp.in").matrix);
    assertEquals(heldTensors(), before + 1);
    assert(!first.isDisposed && weights.linear("blocks.0.mlp.in").matrix === first);
    assertEquals(weights.linear("blocks.0.mlp.in").bias, null);
    weights.dispose();
    assertEquals(heldTensors(), before);
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

Deno.test("weights of which some are replaced share all others, made or not, and free only their own", async () => {
  await withModel(randomCheckpoint("llama"), ({ weights }) => {
    const before = heldTensors(), early = weights.linear("blocks.0.mlp.in").matrix;
    const own = tf.zeros<tf.Rank.R1>([24]);
    const other = weights.replaced(weights.architecture, new Map([["ln_final.gain", own]]));
    assert(other.norm("ln_final").gain === own && weights.norm("ln_final").gain !== own);
    assert(other.linear("blocks.0.mlp.in").matrix === early);
    // Made by the other first, it is the model's all the same.
    const late = other.linear("blocks.1.mlp.in").matrix;
    assert(weights.linear("blocks.1.mlp.in").matrix === late);
    other.dispose();
    assert(own.isDisposed && !early.isDisposed && !late.isDisposed);
    assertThrows(() => other.linear("blocks.0.mlp.in"), Error, "must not be disposed: they were");
    assertThrows(() => other.copy("embed"), Error, "must not be disposed: they were");
    weights.dispose();
    assertEquals(heldTensors(), before);
    assertThrows(
      () => weights.replaced(weights.architecture, new Map()),
      Error,
      "must not be disposed: they were",
    );
  });
});

Deno.test("weights give copies of their slots, matrices as [in, out], and say which slots they have", async () => {
  for (const family of FAMILIES) {
    const { weights } = await fixtureModel(family);
    tf.tidy(() => {
      const { matrix, transposed } = weights.linear("blocks.1.mlp.out");
      const copy = weights.copy("blocks.1.mlp.out.matrix");
      assertEquals(copy.shape, [family === "gpt2" ? 128 : 64, 32]);
      assertEquals([...copy.dataSync()], [
        ...(transposed ? tf.transpose(matrix) : matrix).dataSync(),
      ]);
      copy.dataSync().fill(0);
      assert(matrix.dataSync().some((x) => x !== 0), "a copy shares no memory");
      assertEquals([weights.copy("embed").shape, weights.copy("unembed").shape], [[96, 32], [
        32,
        96,
      ]]);
      assert(weights.matrix("unembed").matrix === weights.unembed.matrix);
      assert(weights.tensor("ln_final.gain") === weights.norm("ln_final").gain);
    });
    const has = [
      "unembed",
      "unembed.bias",
      "positions",
      "blocks.0.mlp.gate.matrix",
      "ln_final.bias",
    ];
    assertEquals(
      has.map((slot) => weights.has(slot)),
      [true, false, family === "gpt2", family === "llama", family !== "llama"],
    );
    assertEquals(weights.unembed.bias, null);
  }
});
