import { foldNorms } from "../../../lib/model/mod.ts";
import { tf } from "../../../lib/tensor/mod.ts";
import { assert, assertEquals, assertRejects } from "../../assert.ts";
import { near, same } from "../../near.ts";
import { withModel } from "../fixture.ts";
import { randomCheckpoint } from "../random_checkpoint.ts";
import { agree, everyShape, tolerance } from "./processing_check.ts";

Deno.test("A-05 foldNorms() keeps the logits, with gains of one and biases of zero", async () => {
  const sites = ["resid_post", "ln1.normalized", "ln2.scale", "attn.scores", "mlp.pre", "attn_out"];
  await everyShape(async (model, what) => {
    const folded = await foldNorms(model);
    await agree(folded, model, { what, sites, logits: true });
    for (const norm of ["blocks.0.ln1", "blocks.1.ln2", "ln_final"]) {
      assert((await folded.weight(`${norm}.w`).data()).every((gain) => gain === 1), what);
      if (model.architecture.norm.kind !== "layer") continue;
      assert((await folded.weight(`${norm}.b`).data()).every((bias) => bias === 0), what);
    }
    folded.dispose();
  });
});

Deno.test("A-05 foldNorms() folds by the formula: the bias by the unscaled matrix, then the gain, then the mean", async () => {
  await withModel(randomCheckpoint("gpt2"), async (model) => {
    const folded = await foldNorms(model);
    const [W, b] = [
      await model.weight("blocks.1.mlp.W_in").data(),
      await model.weight("blocks.1.mlp.b_in").data(),
    ];
    const [gain, bias] = [
      await model.weight("blocks.1.ln2.w").data(),
      await model.weight("blocks.1.ln2.b").data(),
    ];
    const width = 24,
      neurons = 96,
      expected = { W: new Float64Array(W.length), b: Float64Array.from(b) };
    for (let neuron = 0; neuron < neurons; neuron++) {
      let mean = 0;
      for (let i = 0; i < width; i++) {
        expected.b[neuron]! += bias[i]! * W[i * neurons + neuron]!;
        mean += gain[i]! * W[i * neurons + neuron]! / width;
      }
      for (let i = 0; i < width; i++) {
        expected.W[i * neurons + neuron] = gain[i]! * W[i * neurons + neuron]! - mean;
      }
    }
    // Sums of 24 products of order 1, rounded to float32.
    near(await folded.weight("blocks.1.mlp.W_in").data(), expected.W, 1e-5);
    near(await folded.weight("blocks.1.mlp.b_in").data(), expected.b, 1e-5);
    folded.dispose();
  });
});

Deno.test("A-05 foldNorms() folds an RMSNorm without taking a mean off", async () => {
  await withModel(randomCheckpoint("llama"), async (model) => {
    const folded = await foldNorms(model);
    const [W, gain] = [model.weight("blocks.0.attn.W_K"), model.weight("blocks.0.ln1.w")];
    const expected = tf.tidy(() =>
      W.tensor().mul(gain.tensor().reshape([1, 24, 1])).dataSync().slice()
    );
    near(await folded.weight("blocks.0.attn.W_K").data(), expected, 1e-6);
    assertEquals(folded.b_U.stored, false, "RMSNorm has no bias to fold");
    assertEquals(folded.architecture.biases, model.architecture.biases);
    folded.dispose();
  });
});

Deno.test("A-05 foldNorms() unties embedding and unembedding, and makes b_U and biases that were not there", async () => {
  const fields = { attention_bias: false, tie_word_embeddings: true };
  await withModel(randomCheckpoint("gpt_neox", fields), async (model) => {
    const folded = await foldNorms(model), { tied, biases } = folded.architecture;
    assertEquals([tied, biases.attention, biases.attentionOutput, biases.unembed], [
      false,
      true,
      false,
      true,
    ]);
    assertEquals([folded.b_U.stored, folded.b_Q.stored, folded.b_O.stored], [true, true, false]);
    assert(folded.weights.embed === model.weights.embed, "the embedding is shared");
    assert(folded.weights.count > model.weights.count);
    same(await folded.W_E.data(), await model.W_E.data());
    assert(Math.abs((await folded.b_U.data())[0]!) > 0);
    folded.dispose();
  });
});

Deno.test("A-05 foldNorms() folds each of two norms of a parallel block into its own readers", async () => {
  await withModel(randomCheckpoint("gpt_neox"), async (model) => {
    const folded = await foldNorms(model);
    const folds = (name: string, norm: string) => {
      const [before, after, gain] = [model.weight(name), folded.weight(name), model.weight(norm)];
      const gap = tf.tidy(() => {
        const scaled = before.tensor().mul(
          gain.tensor().reshape(name.endsWith("in") ? [24, 1] : [1, 24, 1]),
        );
        const axis = name.endsWith("in") ? 0 : 1;
        return scaled.sub(scaled.mean(axis, true)).sub(after.tensor()).abs().max().dataSync()[0]!;
      });
      return gap < Math.max(1e-6, tolerance() / 100);
    };
    assertEquals([
      folds("blocks.0.attn.W_Q", "blocks.0.ln1.w"),
      folds("blocks.0.mlp.W_in", "blocks.0.ln2.w"),
      folds("blocks.0.mlp.W_in", "blocks.0.ln1.w"),
    ], [true, true, false]);
    folded.dispose();
  });
});

Deno.test("foldNorms() shares what the norms do not touch", async () => {
  await withModel(randomCheckpoint("gpt2"), async (model) => {
    const folded = await foldNorms(model);
    for (const slot of ["blocks.0.attn.output", "blocks.1.mlp.out"]) {
      assert(folded.weights.linear(slot).matrix === model.weights.linear(slot).matrix, slot);
    }
    assert(
      folded.weights.linear("blocks.0.mlp.in").matrix !==
        model.weights.linear("blocks.0.mlp.in").matrix,
    );
    folded.dispose();
  });
});

Deno.test("foldNorms() refuses options that it has none of", async () => {
  await withModel(randomCheckpoint("gpt2"), async (model) => {
    // @ts-expect-error: a compiler sees it, the kernel of a notebook does not
    const error = await assertRejects(() => foldNorms(model, { centre: false }), TypeError);
    assert(error.message.startsWith("Cannot fold the norms as its options must be among signal"));
  });
});
