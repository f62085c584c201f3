/**
 * Granite: Llama with factors on embeddings, scores, what is written, and logits.
 *
 * IBM, "Granite 3.0 Language Models", 2024.
 *
 * @module
 */

import type { Family } from "../family.ts";
import { everyLayer, usualFields } from "./usual_fields.ts";
import { USUAL_BUFFERS, USUAL_MODULES } from "./usual_modules.ts";

/** Granite 3. */
export const granite: Family = {
  name: "granite",
  architectures: ["GraniteForCausalLM", "GraniteModel"],
  parity: 5e-6,
  base: "model.",
  unembed: "lm_head",
  layout: "out in",
  modules: USUAL_MODULES,
  buffers: USUAL_BUFFERS,
  inert: [],
  architecture(config) {
    const usual = usualFields(config);
    const attention = config.boolean("attention_bias", false);
    const scale = config.number("attention_multiplier", 1);
    return {
      family: "granite",
      ...usual,
      attentionScales: everyLayer(usual.layers, scale),
      norm: { kind: "rms", epsilon: config.number("rms_norm_eps", 1e-6) },
      gated: true,
      parallel: false,
      embeddingScale: config.number("embedding_multiplier", 1),
      writingScale: config.number("residual_multiplier", 1),
      logitScale: 1 / config.number("logits_scaling", 1),
      biases: {
        attention: attention,
        attentionOutput: attention,
        feedForward: config.boolean("mlp_bias", false),
        norm: false,
        unembed: false,
      },
    };
  },
};
