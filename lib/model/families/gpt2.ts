/**
 * GPT-2: learned positions, LayerNorm, one matrix for queries, keys and values, the tanh form of GELU.
 *
 * Radford et al., "Language Models are Unsupervised Multitask Learners", 2019.
 *
 * @module
 */

import type { Family } from "../family.ts";
import { ACTIVATIONS } from "./activations.ts";
import { equalHeads } from "./equal_heads.ts";

/** GPT-2 and its relatives under the same `model_type`. */
export const gpt2: Family = {
  name: "gpt2",
  architectures: ["GPT2LMHeadModel", "GPT2Model", "GPT2DoubleHeadsModel"],
  parity: 1e-5,
  base: "transformer.",
  unembed: "lm_head",
  layout: "in out",
  modules: {
    embed: "wte",
    positions: "wpe",
    ln1: "h.{layer}.ln_1",
    ln2: "h.{layer}.ln_2",
    finalNorm: "ln_f",
    attention: { fused: "h.{layer}.attn.c_attn", arrangement: "thirds" },
    attentionOutput: "h.{layer}.attn.c_proj",
    feedForwardIn: "h.{layer}.mlp.c_fc",
    feedForwardOut: "h.{layer}.mlp.c_proj",
  },
  buffers: [/^h\.\d+\.attn\.(masked_)?bias$/],
  inert: [
    "attn_pdrop",
    "embd_pdrop",
    "n_ctx",
    "reorder_and_upcast_attn",
    "resid_pdrop",
    "summary_activation",
    "summary_first_dropout",
    "summary_proj_to_labels",
    "summary_type",
    "summary_use_proj",
  ],
  architecture(config) {
    const width = config.integer("n_embd");
    const layers = config.integer("n_layer");
    const heads = config.integer("n_head");
    const headWidth = equalHeads(config, width, heads);
    config.only("add_cross_attention", false);
    const scaled = config.boolean("scale_attn_weights", true);
    const byLayer = config.boolean("scale_attn_by_inverse_layer_idx", false);
    return {
      family: "gpt2",
      width,
      layers,
      heads,
      keyValueHeads: heads,
      headWidth,
      neurons: config.integer("n_inner", 4 * width),
      vocabulary: config.integer("vocab_size"),
      positions: config.integer("n_positions"),
      norm: { kind: "layer", epsilon: config.number("layer_norm_epsilon", 1e-5) },
      position: { kind: "learned" },
      attentionScales: Array.from(
        { length: Math.min(layers, 4096) },
        (_, layer) => (scaled ? 1 / Math.sqrt(headWidth) : 1) / (byLayer ? layer + 1 : 1),
      ),
      gated: false,
      activation: config.choice("activation_function", ACTIVATIONS, "gelu_new"),
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
