/** The forward pass against a second one, in double precision and plain loops. */

import { run } from "../../lib/run/mod.ts";
import type { Transformer } from "../../lib/model/mod.ts";
import { tf } from "../../lib/tensor/mod.ts";
import { assert, assertEquals } from "../assert.ts";
import { near } from "../near.ts";
import {
  FAMILIES,
  fixtureModel,
  type FixtureName,
  type PlainCheckpoint,
  PROMPTS,
  readFixture,
  readPlain,
  SEEDLING,
  seedling,
  withModel,
} from "./fixture.ts";
import { randomCheckpoint } from "./random_checkpoint.ts";
import { activate, erf } from "./reference_math.ts";
import { referenceForward } from "./reference_forward.ts";

/**
 * What the design asks for. float32 sums of some dozens of terms of size 1 are good to about 1e-6; a stream of seedling's
 * first token reaches 460, where float32 has steps of 3e-5 and its sums err by ten of them.
 */
function tolerance(greatest: number): number {
  if (tf.getBackend() === "float64") return 1e-9 * Math.max(1, greatest);
  return Math.max(1e-4, 2e-6 * greatest);
}

async function agree(
  model: Transformer,
  checkpoint: PlainCheckpoint,
  prompts: readonly (readonly number[])[],
): Promise<void> {
  using result = await run(model, prompts, { capture: ["*"] });
  const reference = referenceForward(checkpoint, prompts);
  assertEquals([...reference.keys()].sort(), [...result.cache.sites].sort(), "the sites");
  for (const [site, values] of reference) {
    const greatest = values.reduce((a, b) => Math.max(a, Number.isFinite(b) ? Math.abs(b) : 0), 0);
    near(result.cache.get(site).dataSync(), values, tolerance(greatest), site);
  }
  near(result.logits.dataSync(), reference.get("logits")!, tolerance(1), "the result's logits");
}

for (const family of FAMILIES) {
  Deno.test(`${family}: every site is that of a float64 forward`, async () => {
    await agree(await fixtureModel(family), await readFixture(family), PROMPTS);
  });
}

Deno.test("seedling: every site is that of a float64 forward", async () => {
  const ids = [0, 357, 12, 900, 3001, 44, 3255, 17];
  await agree(await seedling(), await readPlain(SEEDLING), [ids]);
});

/** Shapes and switches that the fixtures do not have. */
const CASES: readonly [title: string, family: FixtureName, fields: Record<string, unknown>][] = [
  ["A-12 one key head for all", "llama", { num_key_value_heads: 1 }],
  ["A-12 a key head for each", "llama", { num_key_value_heads: 6 }],
  ["A-12 three key heads of six", "llama", { num_key_value_heads: 3 }],
  ["A-12 key heads that the file does not count", "llama", { num_key_value_heads: undefined }],
  ["heads wider than the stream", "llama", { head_dim: 10 }],
  ["A-14 biases everywhere", "llama", { attention_bias: true, mlp_bias: true }],
  ["biases of attention alone", "llama", { attention_bias: true }],
  ["a tied unembedding", "llama", { tie_word_embeddings: true }],
  ["epsilon 1e-2", "llama", { rms_norm_eps: 1e-2 }],
  ["A-08 angles of base 500000", "llama", { rope_theta: 500000, head_dim: 8 }],
  ["A-08 angles stretched linearly", "llama", {
    head_dim: 8,
    rope_parameters: { rope_type: "linear", factor: 2.5, rope_theta: 100 },
  }],
  ["A-08 angles stretched as in Llama 3", "llama", {
    head_dim: 8,
    rope_parameters: {
      rope_type: "llama3",
      rope_theta: 40,
      factor: 8,
      low_freq_factor: 1,
      high_freq_factor: 4,
      original_max_position_embeddings: 64,
    },
  }],
  ["gelu in the gate", "llama", { hidden_act: "gelu" }],
  ["A-25 blocks in turn", "gpt_neox", { use_parallel_residual: false }],
  ["A-08 whole heads rotated", "gpt_neox", { rotary_pct: 1 }],
  ["A-08 half of each head rotated", "gpt_neox", {
    rope_parameters: { rope_type: "default", partial_rotary_factor: 0.5, rope_theta: 50 },
  }],
  ["attention without biases", "gpt_neox", { attention_bias: false }],
  ["a tied unembedding", "gpt_neox", { tie_word_embeddings: true }],
  ["A-13 gelu by tanh", "gpt_neox", { hidden_act: "gelu_new" }],
  ["relu", "gpt_neox", { hidden_act: "relu" }],
  ["A-10 scores divided by the layer", "gpt2", {
    scale_attn_by_inverse_layer_idx: true,
    n_layer: 3,
  }],
  ["A-10 scores not divided", "gpt2", { scale_attn_weights: false }],
  ["an unembedding of its own", "gpt2", { tie_word_embeddings: false }],
  ["neurons fewer than the width", "gpt2", { n_inner: 7 }],
  ["one head", "gpt2", { n_head: 1 }],
  ["one layer", "gpt2", { n_layer: 1 }],
  ["A-01 epsilon 1e-1", "gpt2", { layer_norm_epsilon: 0.1 }],
  ["A-13 gelu by erf", "gpt2", { activation_function: "gelu" }],
  ["quick gelu", "gpt2", { activation_function: "quick_gelu" }],
  ["silu", "gpt2", { activation_function: "silu" }],
  ["tanh", "gpt2", { activation_function: "tanh" }],
  ["sigmoid", "gpt2", { activation_function: "sigmoid" }],
];

for (const [title, family, fields] of CASES) {
  Deno.test(`${title} (${family}): every site is that of a float64 forward`, async () => {
    const checkpoint = randomCheckpoint(family, fields);
    const prompts = [[3, 39, 0, 17, 17, 21, 8], [1, 2, 3, 4, 5, 6, 7]];
    await withModel(checkpoint, (model) => agree(model, checkpoint, prompts));
  });
}

Deno.test("a forward pass takes one token, and as many as the model has positions", async () => {
  const checkpoint = randomCheckpoint("gpt2");
  await withModel(checkpoint, async (model) => {
    await agree(model, checkpoint, [[7]]);
    await agree(model, checkpoint, [Array.from({ length: 16 }, (_, i) => i)]);
  });
});

Deno.test("the reference's erf and tanh forms of GELU differ, so that one cannot pass for the other", () => {
  // Abramowitz and Stegun, table 7.1
  near([erf(0.5), erf(1), erf(2), erf(-2)], [
    0.5204998778,
    0.8427007929,
    0.9953222650,
    -0.9953222650,
  ], 1e-9);
  const gaps = Array.from({ length: 81 }, (_, i) => i / 10 - 4)
    .map((x) => Math.abs(activate("gelu", x) - activate("gelu_new", x)));
  const greatest = Math.max(...gaps);
  assert(greatest > 3e-4 && greatest < 6e-4, `the greatest difference is ${greatest}`);
});
