/**
 * Gemma 3: norms of queries and keys, and layers with a window turn by angles of their own.
 *
 * Gemma team, "Gemma 3 Technical Report", 2025, https://arxiv.org/abs/2503.19786.
 *
 * @module
 */

import type { Family } from "../family.ts";
import { ACTIVATIONS } from "./activations.ts";
import { CheckpointError } from "../files/mod.ts";
import { everyLayer } from "./usual_fields.ts";
import { USUAL_BUFFERS, USUAL_MODULES } from "./usual_modules.ts";
import { layerTypes, windowsOf } from "./window_fields.ts";
import type { RotaryKind } from "../architecture.ts";
import type { ConfigReader } from "../config_reader.ts";
import type { LayerType } from "./window_fields.ts";
import { reachOf, rotaryOfKind } from "./rotary_fields.ts";

/** The text models of Gemma 3. */
export const gemma3: Family = {
  name: "gemma3_text",
  architectures: ["Gemma3ForCausalLM", "Gemma3TextModel"],
  parity: 1e-5,
  base: "model.",
  unembed: "lm_head",
  layout: "out in",
  modules: {
    ...USUAL_MODULES,
    ln1Post: "layers.{layer}.post_attention_layernorm",
    ln2: "layers.{layer}.pre_feedforward_layernorm",
    queryNorm: "layers.{layer}.self_attn.q_norm",
    keyNorm: "layers.{layer}.self_attn.k_norm",
    ln2Post: "layers.{layer}.post_feedforward_layernorm",
  },
  gainOffset: 1,
  buffers: USUAL_BUFFERS,
  inert: ["cache_implementation"],
  architecture(config) {
    const width = config.integer("hidden_size", 2304);
    const layers = config.integer("num_hidden_layers", 26);
    const heads = config.integer("num_attention_heads", 8);
    const keyValueHeads = config.integer("num_key_value_heads", 4);
    const headWidth = config.integer("head_dim", 256);
    const positions = config.integer("max_position_embeddings", 131072);
    if (heads % keyValueHeads !== 0) {
      throw new CheckpointError(
        config.file,
        "num_attention_heads must be a multiple of num_key_value_heads",
        { current: [heads, keyValueHeads] },
      );
    }
    config.only("use_bidirectional_attention", false);
    const every = config.integer(["sliding_window_pattern", "_sliding_window_pattern"], 6);
    const types = layerTypes(
      config,
      layers,
      (layer) => (layer + 1) % every === 0 ? "full_attention" : "sliding_attention",
    );
    const window = config.integer("sliding_window", 4096);
    const norm = { kind: "rms", epsilon: config.number("rms_norm_eps", 1e-6) } as const;
    const attention = config.boolean("attention_bias", false);
    const scale = 1 / Math.sqrt(config.number("query_pre_attn_scalar", 256));
    const kinds = anglesOf(config, headWidth, positions);
    const position = kinds.full_attention;
    return {
      family: "gemma3_text",
      width,
      layers,
      heads,
      keyValueHeads,
      headWidth,
      neurons: config.integer("intermediate_size", 9216),
      vocabulary: config.integer("vocab_size", 262208),
      positions: reachOf(position, positions),
      norm,
      norms: "around",
      queryKeyNorm: { norm, over: "head" },
      position: { ...position, layers: types.map((type) => kinds[type]) },
      attentionScales: everyLayer(layers, scale),
      windows: windowsOf(config, types, window),
      gated: true,
      activation: config.choice(
        ["hidden_activation", "hidden_act"],
        ACTIVATIONS,
        "gelu_pytorch_tanh",
      ),
      parallel: false,
      tied: config.boolean("tie_word_embeddings", true),
      embeddingScale: Math.sqrt(width),
      scoreCap: config.optional("attn_logit_softcapping"),
      logitCap: config.optional("final_logit_softcapping"),
      biases: {
        attention: attention,
        attentionOutput: attention,
        feedForward: false,
        norm: false,
        unembed: false,
      },
    };
  },
};

/** What layers turn by: today one group of fields for each kind of layer, before it two bases and one stretching. */
function anglesOf(
  config: ConfigReader,
  headWidth: number,
  positions: number,
): Record<LayerType, RotaryKind> {
  const group = config.group("rope_parameters");
  const nested = group !== null && (group.has("full_attention") || group.has("sliding_attention"));
  const full = nested ? group.group("full_attention") : group ?? config.group("rope_scaling");
  const local = nested ? group.group("sliding_attention") : null;
  return {
    full_attention: rotaryOfKind(
      config,
      full,
      headWidth,
      positions,
      config.number("rope_theta", 1000000),
    ),
    sliding_attention: rotaryOfKind(
      config,
      local,
      headWidth,
      positions,
      config.number("rope_local_base_freq", 10000),
    ),
  };
}
