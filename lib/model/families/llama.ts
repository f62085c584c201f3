/**
 * Llama: RMSNorm, rotary positions, grouped keys and values, a gated feed-forward network, no biases.
 *
 * Touvron et al., "LLaMA: Open and Efficient Foundation Language Models", 2023, https://arxiv.org/abs/2302.13971;
 * Dubey et al., "The Llama 3 Herd of Models", 2024, for the stretched angles.
 *
 * @module
 */

import { CheckpointError } from "../files/mod.ts";
import type { Family } from "../family.ts";
import { ACTIVATIONS } from "./activations.ts";
import { equalHeads } from "./equal_heads.ts";
import { reachOf, rotary } from "./rotary_fields.ts";

/** Llama 1 to 3 and whatever says `llama`. */
export const llama: Family = {
  name: "llama",
  architectures: ["LlamaForCausalLM", "LlamaModel", "LLaMAForCausalLM"],
  parity: 1e-5,
  base: "model.",
  unembed: "lm_head",
  layout: "out in",
  modules: {
    embed: "embed_tokens",
    ln1: "layers.{layer}.input_layernorm",
    ln2: "layers.{layer}.post_attention_layernorm",
    finalNorm: "norm",
    attention: {
      query: "layers.{layer}.self_attn.q_proj",
      key: "layers.{layer}.self_attn.k_proj",
      value: "layers.{layer}.self_attn.v_proj",
    },
    attentionOutput: "layers.{layer}.self_attn.o_proj",
    feedForwardIn: "layers.{layer}.mlp.up_proj",
    feedForwardGate: "layers.{layer}.mlp.gate_proj",
    feedForwardOut: "layers.{layer}.mlp.down_proj",
  },
  buffers: [/^(layers\.\d+\.self_attn\.)?rotary_emb\.inv_freq$/],
  inert: ["attention_dropout", "max_sequence_length", "pretraining_tp"],
  architecture(config) {
    const width = config.integer("hidden_size");
    const layers = config.integer("num_hidden_layers");
    const heads = config.integer("num_attention_heads");
    const keyValueHeads = config.integer("num_key_value_heads", heads);
    // No field is 0, so that stands for none.
    const headWidth = config.integer("head_dim", 0) || equalHeads(config, width, heads);
    const positions = config.integer("max_position_embeddings", 2048);
    const attention = config.boolean("attention_bias", false);
    if (heads % keyValueHeads !== 0) {
      throw new CheckpointError(
        config.file,
        "num_attention_heads must be a multiple of num_key_value_heads",
        { current: [heads, keyValueHeads] },
      );
    }
    const position = rotary(config, headWidth, positions);
    return {
      family: "llama",
      width,
      layers,
      heads,
      keyValueHeads,
      headWidth,
      neurons: config.integer("intermediate_size"),
      vocabulary: config.integer("vocab_size"),
      positions: reachOf(position, positions),
      norm: { kind: "rms", epsilon: config.number("rms_norm_eps", 1e-6) },
      position,
      attentionScales: Array(Math.min(layers, 4096)).fill(1 / Math.sqrt(headWidth)),
      gated: true,
      activation: config.choice("hidden_act", ACTIVATIONS, "silu"),
      parallel: false,
      tied: config.boolean("tie_word_embeddings", false),
      biases: {
        attention,
        attentionOutput: attention,
        feedForward: config.boolean("mlp_bias", false),
        norm: false,
        unembed: false,
      },
    };
  },
};
