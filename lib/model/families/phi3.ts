/**
 * Phi 3: Llama with queries, keys and values in one matrix, and gate and branch in another.
 *
 * Abdin et al., "Phi-3 Technical Report", 2024, https://arxiv.org/abs/2404.14219.
 *
 * @module
 */

import type { Family } from "../family.ts";
import { usualFields } from "./usual_fields.ts";
import { USUAL_BUFFERS } from "./usual_modules.ts";
import { oneWindow } from "./window_fields.ts";

/** Phi 3 and 4. */
export const phi3: Family = {
  name: "phi3",
  architectures: ["Phi3ForCausalLM", "Phi3Model"],
  parity: 1e-5,
  base: "model.",
  unembed: "lm_head",
  layout: "out in",
  modules: {
    embed: "embed_tokens",
    ln1: "layers.{layer}.input_layernorm",
    ln2: "layers.{layer}.post_attention_layernorm",
    finalNorm: "norm",
    attention: { fused: "layers.{layer}.self_attn.qkv_proj", arrangement: "thirds" },
    attentionOutput: "layers.{layer}.self_attn.o_proj",
    feedForwardGateAndIn: "layers.{layer}.mlp.gate_up_proj",
    feedForwardOut: "layers.{layer}.mlp.down_proj",
  },
  buffers: USUAL_BUFFERS,
  inert: ["embed_dropout", "auto_map"],
  architecture(config) {
    const usual = usualFields(config, {
      positions: 4096,
      // Older files have other words for it.
      rotary: { words: { su: "longrope", yarn: "longrope" } },
    });
    // Without stretching it says nothing.
    config.integer("original_max_position_embeddings", usual.positions);
    return {
      family: "phi3",
      ...usual,
      norm: { kind: "rms", epsilon: config.number("rms_norm_eps", 1e-5) },
      gated: true,
      parallel: false,
      windows: oneWindow(config, usual.layers),
      biases: {
        attention: false,
        attentionOutput: false,
        feedForward: false,
        norm: false,
        unembed: false,
      },
    };
  },
};
