/**
 * CodeGen: GPT-J with queries, values and keys in one matrix, a quarter of the heads at a time.
 *
 * Nijkamp et al., "CodeGen", 2022, https://arxiv.org/abs/2203.13474.
 *
 * @module
 */

import type { Family } from "../family.ts";
import { ACTIVATIONS } from "./activations.ts";
import { equalHeads } from "./equal_heads.ts";
import { CheckpointError } from "../files/mod.ts";
import { everyLayer } from "./usual_fields.ts";

/** CodeGen. */
export const codegen: Family = {
  name: "codegen",
  architectures: ["CodeGenForCausalLM", "CodeGenModel"],
  parity: 1e-5,
  base: "transformer.",
  unembed: "lm_head",
  layout: "out in",
  modules: {
    embed: "wte",
    ln1: "h.{layer}.ln_1",
    finalNorm: "ln_f",
    attention: { fused: "h.{layer}.attn.qkv_proj", arrangement: "quarters" },
    attentionOutput: "h.{layer}.attn.out_proj",
    feedForwardIn: "h.{layer}.mlp.fc_in",
    feedForwardOut: "h.{layer}.mlp.fc_out",
  },
  buffers: [/^h\.\d+\.attn\.((masked_)?bias|causal_mask|embed_positions)$/],
  inert: [
    "n_ctx",
    "rotary",
    "scale_attn_weights",
    "summary_activation",
    "summary_first_dropout",
    "summary_proj_to_labels",
    "summary_type",
    "summary_use_proj",
  ],
  architecture(config) {
    const width = config.integer("n_embd"), layers = config.integer("n_layer");
    const heads = config.integer("n_head"), headWidth = equalHeads(config, width, heads);
    if (heads % 4 !== 0) {
      throw new CheckpointError(config.file, "n_head must be a multiple of 4", { current: heads });
    }
    const rotated = config.integer("rotary_dim", 64);
    if (rotated % 2 !== 0 || rotated > headWidth) {
      throw new CheckpointError(
        config.file,
        `rotary_dim must be an even number of a head's ${headWidth} columns`,
        { current: rotated },
      );
    }
    return {
      family: "codegen",
      width,
      layers,
      heads,
      keyValueHeads: heads,
      headWidth,
      neurons: config.integer("n_inner", 4 * width),
      vocabulary: config.integer("vocab_size"),
      positions: config.integer("n_positions", 2048),
      norm: { kind: "layer", epsilon: config.number("layer_norm_epsilon", 1e-5) },
      position: {
        kind: "rotary",
        base: 10000,
        rotated,
        pairing: "interleaved",
        scaling: { kind: "default" },
      },
      attentionScales: everyLayer(layers, 1 / Math.sqrt(headWidth)),
      gated: false,
      activation: config.choice("activation_function", ACTIVATIONS, "gelu_new"),
      parallel: true,
      sharedNorm: true,
      tied: config.boolean("tie_word_embeddings", false),
      biases: {
        attention: false,
        attentionOutput: false,
        feedForward: true,
        norm: true,
        unembed: true,
      },
    };
  },
};
