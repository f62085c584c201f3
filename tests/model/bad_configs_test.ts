/** Configurations that contradict the weights, or ask for what is not computed: our own error says which field. */

import { assertEquals } from "../assert.ts";
import type { FixtureName } from "./fixture.ts";
import { families } from "../../lib/model/mod.ts";
import { config, fields, kinds, left, refusal, weight } from "./refusal.ts";

/** What \`model_type\` may be. */
const known = [...families.keys()].join(", ");

/** Configurations that contradict the weights, or ask for what is not computed. */
const CONFIGS: readonly [family: FixtureName, change: Record<string, unknown>, message: string][] =
  [
    [
      "gpt2",
      { n_layer: 3 },
      `${weight("transformer.h.2.ln_1.weight")} it must have shape [32]: it is missing`,
    ],
    ["gpt2", { n_layer: 1 }, `${weight("transformer.h.1.attn.c_attn.bias")} ${left("gpt2", 1)}`],
    [
      "gpt2",
      { n_layer: 2147483647 },
      `${weight("transformer.h.2.ln_1.weight")} it must have shape [32]: it is missing`,
    ],
    [
      "gpt2",
      { vocab_size: 97 },
      `${weight("transformer.wte.weight")} its shape must be [97, 32]: current value is [96, 32]`,
    ],
    [
      "gpt2",
      { n_positions: 32 },
      `${weight("transformer.wpe.weight")} its shape must be [32, 32]: current value is [64, 32]`,
    ],
    [
      "gpt2",
      { n_embd: 64 },
      `${weight("transformer.wte.weight")} its shape must be [96, 64]: current value is [96, 32]`,
    ],
    [
      "gpt2",
      { n_inner: 64 },
      `${
        weight("transformer.h.0.mlp.c_fc.weight")
      } its shape must be [32, 64]: current value is [32, 128]`,
    ],
    [
      "gpt2",
      { n_head: 5 },
      `${config} the width must be a multiple of the heads: current value is [32, 5]`,
    ],
    [
      "gpt_neox",
      { num_attention_heads: 5 },
      `${config} the width must be a multiple of the heads: current value is [32, 5]`,
    ],
    [
      "llama",
      { head_dim: null, num_attention_heads: 6 },
      `${config} the width must be a multiple of the heads: current value is [32, 6]`,
    ],
    [
      "gpt2",
      { n_head: 0 },
      `${config} n_head must be an integer from 1 to 2147483647: current value is 0`,
    ],
    [
      "gpt2",
      { n_layer: "2" },
      `${config} n_layer must be an integer from 1 to 2147483647: current value is "2"`,
    ],
    [
      "gpt2",
      { tie_word_embeddings: false },
      `${weight("lm_head.weight")} it must have shape [96, 32]: it is missing`,
    ],
    [
      "gpt2",
      { add_cross_attention: true },
      `${config} add_cross_attention must be false: current value is true`,
    ],
    [
      "gpt2",
      { activation_function: "mish" },
      `${config} activation_function must be one of ${kinds}: current value is "mish"`,
    ],
    [
      "gpt2",
      { model_type: "gpt3" },
      `${config} model_type must be one of ${known}: current value is "gpt3"`,
    ],
    [
      "gpt2",
      { model_type: null },
      `${config} model_type must be one of ${known}: current value is null`,
    ],
    [
      "gpt2",
      { architectures: ["GPT2ForSequenceClassification"] },
      `${config} architectures must be among GPT2LMHeadModel, GPT2Model, GPT2DoubleHeadsModel: current value is ["GPT2ForSequenceClassification"]`,
    ],
    [
      "gpt2",
      { architectures: "GPT2LMHeadModel" },
      `${config} architectures must be among GPT2LMHeadModel, GPT2Model, GPT2DoubleHeadsModel: current value is "GPT2LMHeadModel"`,
    ],
    [
      "gpt2",
      { alibi: true, sliding_window: 128 },
      `${config} every field must be one that the family gpt2 reads, or be named in the option ignore if it does not change what the model computes: current value is ["alibi", "sliding_window"]`,
    ],
    [
      "gpt2",
      { layer_norm_epsilon: -1 },
      `${config} layer_norm_epsilon must be a positive number: current value is -1`,
    ],
    [
      "llama",
      { num_attention_heads: 8 },
      `${
        weight("model.layers.0.self_attn.q_proj.weight")
      } its shape must be [64, 32]: current value is [32, 32]`,
    ],
    [
      "llama",
      { num_key_value_heads: 4 },
      `${
        weight("model.layers.0.self_attn.k_proj.weight")
      } its shape must be [32, 32]: current value is [16, 32]`,
    ],
    [
      "llama",
      { num_key_value_heads: 3 },
      `${config} num_attention_heads must be a multiple of num_key_value_heads: current value is [4, 3]`,
    ],
    [
      "llama",
      { head_dim: 7 },
      `${config} the rotated part of a head must be an even number of its 7 columns: current value is 1`,
    ],
    [
      "llama",
      { attention_bias: true },
      `${weight("model.layers.0.self_attn.q_proj.bias")} it must have shape [32]: it is missing`,
    ],
    [
      "llama",
      { rope_parameters: { rope_type: "proportional", factor: 4 } },
      `${config} rope_parameters.rope_type must be one of "default", "linear", "dynamic", "yarn", "llama3", "longrope": current value is "proportional"`,
    ],
    [
      "llama",
      { rope_parameters: { rope_type: "linear" } },
      `${config} rope_parameters.factor must be a positive number: current value is nothing`,
    ],
    [
      "llama",
      { rope_parameters: { rope_type: "default", factor: 4 } },
      `${config} rope_parameters.factor must be 1: current value is 4`,
    ],
    [
      "llama",
      { rope_parameters: { rope_theta: 1e4, beta_fast: 32 } },
      `${config} every field must be one that the family llama reads, or be named in the option ignore if it does not change what the model computes: current value is ["rope_parameters.beta_fast"]`,
    ],
    [
      "llama",
      { hidden_act: "relu6" },
      `${config} hidden_act must be one of ${kinds}: current value is "relu6"`,
    ],
    [
      "gpt_neox",
      { attention_bias: false },
      `${weight("gpt_neox.layers.0.attention.dense.bias")} ${left("gpt_neox", 2)}`,
    ],
    ["gpt_neox", { is_decoder: true }, `${config} is_decoder must be false: current value is true`],
    [
      "gpt_neox",
      { rope_parameters: { partial_rotary_factor: 1.5 } },
      `${config} the rotated part of a head must be an even number of its 8 columns: current value is 1.5`,
    ],
    [
      "gpt_neox",
      { rope_parameters: { partial_rotary_factor: 0.125 } },
      `${config} the rotated part of a head must be an even number of its 8 columns: current value is 0.125`,
    ],
    [
      "gpt_neox",
      { use_parallel_residual: 1 },
      `${config} use_parallel_residual must be true or false: current value is 1`,
    ],
  ];

for (const [family, change, message] of CONFIGS) {
  const title = Object.entries(change).map(([name, value]) => `${name} ${JSON.stringify(value)}`)
    .join(", ");
  Deno.test(`loadFolder() refuses ${family} with ${title}`, async () => {
    assertEquals(await refusal(family, fields(change)), message);
  });
}
