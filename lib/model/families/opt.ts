/**
 * OPT: positions counted from two, norms before what reads or, in one size, after the stream was written to.
 *
 * Zhang et al., "OPT", 2022, https://arxiv.org/abs/2205.01068.
 *
 * @module
 */

import type { Family } from "../family.ts";
import { ACTIVATIONS } from "./activations.ts";
import { equalHeads } from "./equal_heads.ts";
import { everyLayer } from "./usual_fields.ts";

/** OPT. */
export const opt: Family = {
  name: "opt",
  architectures: ["OPTForCausalLM", "OPTModel"],
  parity: 1e-5,
  base: "model.decoder.",
  unembed: "lm_head",
  layout: "out in",
  modules: {
    embed: "embed_tokens",
    positions: "embed_positions",
    embedIn: "project_in",
    unembedIn: "project_out",
    ln1: "layers.{layer}.self_attn_layer_norm",
    ln2: "layers.{layer}.final_layer_norm",
    finalNorm: "final_layer_norm",
    attention: {
      query: "layers.{layer}.self_attn.q_proj",
      key: "layers.{layer}.self_attn.k_proj",
      value: "layers.{layer}.self_attn.v_proj",
    },
    attentionOutput: "layers.{layer}.self_attn.out_proj",
    feedForwardIn: "layers.{layer}.fc1",
    feedForwardOut: "layers.{layer}.fc2",
  },
  otherBases: ["decoder."],
  positionOffset: 2,
  buffers: [],
  inert: ["activation_dropout", "dropout", "init_std", "layerdrop", "prefix"],
  architecture(config) {
    const width = config.integer("hidden_size"), layers = config.integer("num_hidden_layers");
    const heads = config.integer("num_attention_heads");
    const headWidth = equalHeads(config, width, heads);
    const bias = config.boolean("enable_bias", true);
    const gains = config.boolean("layer_norm_elementwise_affine", true);
    const before = config.boolean("do_layer_norm_before", true);
    const bare = config.boolean("_remove_final_layer_norm", false);
    const embedded = config.integer("word_embed_proj_dim", width);
    return {
      family: "opt",
      width,
      layers,
      heads,
      keyValueHeads: heads,
      headWidth,
      neurons: config.integer("ffn_dim"),
      vocabulary: config.integer("vocab_size"),
      positions: config.integer("max_position_embeddings", 2048),
      norm: { kind: "layer", epsilon: 1e-5, gains },
      norms: before ? "before" : "stream",
      finalNorm: before && !bare,
      embeddingWidth: embedded === width ? null : embedded,
      position: { kind: "learned" },
      attentionScales: everyLayer(layers, 1 / Math.sqrt(headWidth)),
      gated: false,
      activation: config.choice("activation_function", ACTIVATIONS, "relu"),
      parallel: false,
      tied: config.boolean("tie_word_embeddings", true),
      biases: {
        attention: bias,
        attentionOutput: bias,
        feedForward: bias,
        norm: gains,
        unembed: false,
      },
    };
  },
};
