/**
 * Gemma: Llama with embeddings scaled, and gains stored as what they exceed one by.
 *
 * Mesnard et al., "Gemma", 2024, https://arxiv.org/abs/2403.08295.
 *
 * @module
 */

import type { Family } from "../family.ts";
import { ACTIVATIONS } from "./activations.ts";
import { usualFields } from "./usual_fields.ts";
import { USUAL_BUFFERS, USUAL_MODULES } from "./usual_modules.ts";

/** Gemma 1. */
export const gemma: Family = {
  name: "gemma",
  architectures: ["GemmaForCausalLM", "GemmaModel"],
  parity: 1e-5,
  base: "model.",
  unembed: "lm_head",
  layout: "out in",
  modules: USUAL_MODULES,
  gainOffset: 1,
  buffers: USUAL_BUFFERS,
  inert: [],
  architecture(config) {
    // An early word for the form by tanh.
    const activations = { ...ACTIVATIONS, gelu: "gelu_tanh" } as const;
    const usual = usualFields(config, {
      activation: "gelu_pytorch_tanh",
      activations,
      keyValueHeads: 16,
      headWidth: 256,
      positions: 8192,
      tied: true,
    });
    config.choice("hidden_activation", { gelu_pytorch_tanh: true }, "gelu_pytorch_tanh");
    config.only("use_bidirectional_attention", false);
    const attention = config.boolean("attention_bias", false);
    return {
      family: "gemma",
      ...usual,
      norm: { kind: "rms", epsilon: config.number("rms_norm_eps", 1e-6) },
      gated: true,
      parallel: false,
      embeddingScale: Math.sqrt(usual.width),
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
