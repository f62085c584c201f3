/**
 * Falcon: parallel blocks with one norm or two, one key head for all or for groups, rotary positions or ALiBi.
 *
 * Almazrouei et al., "The Falcon Series of Open Language Models", 2023, https://arxiv.org/abs/2311.16867.
 *
 * @module
 */

import type { Family } from "../family.ts";
import { ACTIVATIONS } from "./activations.ts";
import { equalHeads } from "./equal_heads.ts";
import { alibiSlopes } from "../blocks/alibi.ts";
import { everyLayer } from "./usual_fields.ts";
import { reachOf, rotary } from "./rotary_fields.ts";
import type { ConfigReader } from "../config_reader.ts";
import { CheckpointError } from "../files/mod.ts";

/** Falcon. */
export const falcon: Family = {
  name: "falcon",
  architectures: ["FalconForCausalLM", "FalconModel"],
  parity: 1e-5,
  base: "transformer.",
  unembed: "lm_head",
  layout: "out in",
  modules: ({ parallel, sharedNorm }) => ({
    embed: "word_embeddings",
    ln1: parallel && !sharedNorm ? "h.{layer}.ln_attn" : "h.{layer}.input_layernorm",
    ln2: parallel ? "h.{layer}.ln_mlp" : "h.{layer}.post_attention_layernorm",
    finalNorm: "ln_f",
    attention: { fused: "h.{layer}.self_attention.query_key_value", arrangement: "groups" },
    attentionOutput: "h.{layer}.self_attention.dense",
    feedForwardIn: "h.{layer}.mlp.dense_h_to_4h",
    feedForwardOut: "h.{layer}.mlp.dense_4h_to_h",
  }),
  buffers: [/^(h\.\d+\.self_attention\.)?rotary(_emb)?\.inv_freq$/],
  inert: ["auto_map"],
  architecture(config) {
    const width = config.integer(["hidden_size", "n_embed"]);
    const layers = config.integer(["num_hidden_layers", "n_layer"]);
    const heads = config.integer(["num_attention_heads", "n_head"]);
    const headWidth = equalHeads(config, width, heads);
    const renewed = config.boolean("new_decoder_architecture", false);
    const parallel = config.boolean("parallel_attn", true);
    const shared = normsOf(config, renewed, parallel) === 1;
    const positions = config.integer("max_position_embeddings", 2048);
    const keyValueHeads = keyHeads(config, heads, renewed);
    const bias = config.boolean("bias", false);
    config.only("apply_residual_connection_post_layernorm", false);
    const alibi = config.boolean("alibi", false);
    const turning = rotary(config, headWidth, positions);
    return {
      family: "falcon",
      width,
      layers,
      heads,
      keyValueHeads,
      headWidth,
      neurons: config.integer("ffn_hidden_size", 4 * width),
      vocabulary: config.integer("vocab_size"),
      positions: alibi ? Infinity : reachOf(turning, positions),
      norm: { kind: "layer", epsilon: config.number("layer_norm_epsilon", 1e-5) },
      // It adds the bias before it divides, and trained with its rounding.
      position: alibi
        ? {
          kind: "alibi",
          slopes: alibiSlopes(heads),
          rounded: true,
          scale: 1 / Math.sqrt(headWidth),
        }
        : turning,
      attentionScales: everyLayer(layers, 1 / Math.sqrt(headWidth)),
      gated: false,
      activation: config.choice("activation", ACTIVATIONS, "gelu"),
      parallel,
      sharedNorm: parallel && shared,
      tied: config.boolean("tie_word_embeddings", true),
      biases: {
        attention: bias,
        attentionOutput: bias,
        feedForward: bias,
        norm: true,
        unembed: false,
      },
    };
  },
};

/** How many norms the two halves of a block read, where they are parallel. */
function normsOf(config: ConfigReader, renewed: boolean, parallel: boolean): number {
  const stated = config.integer("num_ln_in_parallel_attn", renewed ? 2 : 1);
  if (stated === 1 || (stated === 2 && renewed)) {
    if (parallel || !renewed) return stated;
    throw new CheckpointError(
      config.file,
      "parallel_attn must be true in the new decoder architecture",
      { current: parallel },
    );
  }
  throw new CheckpointError(
    config.file,
    `num_ln_in_parallel_attn must be ${renewed ? "1 or 2" : "1 in the old decoder architecture"}`,
    { current: stated },
  );
}

/** In the old architecture `num_kv_heads` counts only where there is more than one key head. */
function keyHeads(config: ConfigReader, heads: number, renewed: boolean): number {
  const stated = config.integer(["num_kv_heads", "n_head_kv"], heads);
  const single = config.boolean("multi_query", true);
  if (!renewed) return single ? 1 : heads;
  if (heads % stated === 0) return stated;
  throw new CheckpointError(config.file, "num_attention_heads must be a multiple of num_kv_heads", {
    current: [heads, stated],
  });
}
