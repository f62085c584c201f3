/**
 * GPT-NeoX, the family of Pythia: parallel blocks, partly rotated heads, one matrix for query, key and value of each head.
 *
 * Black et al., "GPT-NeoX-20B", 2022, https://arxiv.org/abs/2204.06745; Biderman et al., "Pythia", 2023.
 *
 * @module
 */

import type { Family } from "../family.ts";
import { ACTIVATIONS } from "./activations.ts";
import { equalHeads } from "./equal_heads.ts";
import { reachOf, rotary } from "./rotary_fields.ts";

/** GPT-NeoX and Pythia. */
export const gptNeoX: Family = {
  name: "gpt_neox",
  architectures: ["GPTNeoXForCausalLM", "GPTNeoXModel"],
  parity: 1e-5,
  base: "gpt_neox.",
  unembed: "embed_out",
  layout: "out in",
  modules: {
    embed: "embed_in",
    ln1: "layers.{layer}.input_layernorm",
    ln2: "layers.{layer}.post_attention_layernorm",
    finalNorm: "final_layer_norm",
    attention: { fused: "layers.{layer}.attention.query_key_value", arrangement: "heads" },
    attentionOutput: "layers.{layer}.attention.dense",
    feedForwardIn: "layers.{layer}.mlp.dense_h_to_4h",
    feedForwardOut: "layers.{layer}.mlp.dense_4h_to_h",
  },
  buffers: [
    /^layers\.\d+\.attention\.(masked_)?bias$/,
    /^(layers\.\d+\.attention\.)?rotary_emb\.inv_freq$/,
  ],
  inert: ["attention_dropout", "classifier_dropout", "hidden_dropout"],
  architecture(config) {
    const width = config.integer("hidden_size");
    const layers = config.integer("num_hidden_layers");
    const heads = config.integer("num_attention_heads");
    const headWidth = equalHeads(config, width, heads);
    const positions = config.integer("max_position_embeddings", 2048);
    const attention = config.boolean("attention_bias", true);
    config.only("is_decoder", false);
    const position = rotary(config, headWidth, positions, { part: 0.25 });
    return {
      family: "gpt_neox",
      width,
      layers,
      heads,
      keyValueHeads: heads,
      headWidth,
      neurons: config.integer("intermediate_size"),
      vocabulary: config.integer("vocab_size"),
      positions: reachOf(position, positions),
      norm: { kind: "layer", epsilon: config.number("layer_norm_eps", 1e-5) },
      position,
      attentionScales: Array(Math.min(layers, 4096)).fill(1 / Math.sqrt(headWidth)),
      gated: false,
      activation: config.choice("hidden_act", ACTIVATIONS, "gelu"),
      parallel: config.boolean("use_parallel_residual", true),
      tied: config.boolean("tie_word_embeddings", false),
      biases: {
        attention,
        attentionOutput: attention,
        feedForward: true,
        norm: true,
        unembed: false,
      },
    };
  },
};
