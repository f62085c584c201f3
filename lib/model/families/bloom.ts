/**
 * BLOOM: embeddings normalised, positions by ALiBi.
 *
 * BigScience, "BLOOM", 2022, https://arxiv.org/abs/2211.05100.
 *
 * @module
 */

import type { Family } from "../family.ts";
import { equalHeads } from "./equal_heads.ts";
import { alibiSlopes } from "../blocks/alibi.ts";
import { everyLayer } from "./usual_fields.ts";

/** BLOOM. */
export const bloom: Family = {
  name: "bloom",
  architectures: ["BloomForCausalLM", "BloomModel"],
  parity: 1e-5,
  base: "transformer.",
  unembed: "lm_head",
  layout: "out in",
  modules: {
    embed: "word_embeddings",
    embedNorm: "word_embeddings_layernorm",
    ln1: "h.{layer}.input_layernorm",
    ln2: "h.{layer}.post_attention_layernorm",
    finalNorm: "ln_f",
    attention: { fused: "h.{layer}.self_attention.query_key_value", arrangement: "heads" },
    attentionOutput: "h.{layer}.self_attention.dense",
    feedForwardIn: "h.{layer}.mlp.dense_h_to_4h",
    feedForwardOut: "h.{layer}.mlp.dense_4h_to_h",
  },
  buffers: [],
  inert: [
    "attention_softmax_in_fp32",
    "bias_dropout_fusion",
    "masked_softmax_fusion",
    "offset_alibi",
    "seq_length",
    "skip_bias_add",
    "skip_bias_add_qkv",
    "slow_but_exact",
    "unk_token_id",
  ],
  architecture(config) {
    const width = config.integer(["hidden_size", "n_embed"]);
    const layers = config.integer(["n_layer", "num_hidden_layers"]);
    const heads = config.integer(["n_head", "num_attention_heads"]);
    const headWidth = equalHeads(config, width, heads);
    config.only("apply_residual_connection_post_layernorm", false);
    return {
      family: "bloom",
      width,
      layers,
      heads,
      keyValueHeads: heads,
      headWidth,
      neurons: 4 * width,
      vocabulary: config.integer("vocab_size"),
      // Nothing bounds it: the length it was trained with is no limit of what it computes.
      positions: Infinity,
      norm: { kind: "layer", epsilon: config.number("layer_norm_epsilon", 1e-5) },
      embeddingNorm: true,
      position: { kind: "alibi", slopes: alibiSlopes(heads) },
      attentionScales: everyLayer(layers, 1 / Math.sqrt(headWidth)),
      gated: false,
      activation: "gelu_tanh",
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
