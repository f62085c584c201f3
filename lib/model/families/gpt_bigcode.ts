/**
 * GPT-BigCode: GPT-2 with one key head for all.
 *
 * Ben Allal et al., "SantaCoder", 2023, https://arxiv.org/abs/2301.03988.
 *
 * @module
 */

import type { Family } from "../family.ts";
import { ACTIVATIONS } from "./activations.ts";
import { equalHeads } from "./equal_heads.ts";
import { everyLayer } from "./usual_fields.ts";

/** SantaCoder and StarCoder. */
export const gptBigCode: Family = {
  name: "gpt_bigcode",
  architectures: ["GPTBigCodeForCausalLM", "GPTBigCodeModel"],
  parity: 2e-5,
  base: "transformer.",
  unembed: "lm_head",
  layout: "out in",
  modules: {
    embed: "wte",
    positions: "wpe",
    ln1: "h.{layer}.ln_1",
    ln2: "h.{layer}.ln_2",
    finalNorm: "ln_f",
    attention: { fused: "h.{layer}.attn.c_attn", arrangement: "groups" },
    attentionOutput: "h.{layer}.attn.c_proj",
    feedForwardIn: "h.{layer}.mlp.c_fc",
    feedForwardOut: "h.{layer}.mlp.c_proj",
  },
  buffers: [/^(h\.\d+\.attn\.)?(masked_)?bias$/],
  inert: [
    "attention_softmax_in_fp32",
    "inference_runner",
    "max_batch_size",
    "max_sequence_length",
    "pad_key_length",
    "pre_allocate_kv_cache",
    "scale_attention_softmax_in_fp32",
    "summary_activation",
    "summary_first_dropout",
    "summary_proj_to_labels",
    "summary_type",
    "summary_use_proj",
    "validate_runner_input",
  ],
  architecture(config) {
    const width = config.integer("n_embd"), layers = config.integer("n_layer");
    const heads = config.integer("n_head"), headWidth = equalHeads(config, width, heads);
    const keyValueHeads = config.boolean("multi_query", true) ? 1 : heads;
    config.only("num_key_value_heads", keyValueHeads);
    config.only("add_cross_attention", false);
    const scaled = config.boolean("scale_attn_weights", true);
    return {
      family: "gpt_bigcode",
      width,
      layers,
      heads,
      keyValueHeads,
      headWidth,
      neurons: config.integer("n_inner", 4 * width),
      vocabulary: config.integer("vocab_size"),
      positions: config.integer("n_positions", 1024),
      norm: { kind: "layer", epsilon: config.number("layer_norm_epsilon", 1e-5) },
      position: { kind: "learned" },
      attentionScales: everyLayer(layers, scaled ? 1 / Math.sqrt(headWidth) : 1),
      gated: false,
      activation: config.choice("activation_function", ACTIVATIONS, "gelu_pytorch_tanh"),
      parallel: false,
      tied: config.boolean("tie_word_embeddings", true),
      biases: {
        attention: true,
        attentionOutput: true,
        feedForward: true,
        norm: true,
        unembed: false,
      },
    };
  },
};
