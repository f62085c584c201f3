/**
 * Cohere: parallel blocks that read one LayerNorm without bias, neighbouring columns rotated, logits scaled.
 *
 * Cohere, "Command R", 2024.
 *
 * @module
 */

import type { Family } from "../family.ts";
import { usualFields } from "./usual_fields.ts";
import { USUAL_BUFFERS, USUAL_MODULES } from "./usual_modules.ts";

/** Command R. */
export const cohere: Family = {
  name: "cohere",
  architectures: ["CohereForCausalLM", "CohereModel"],
  parity: 5e-6,
  base: "model.",
  unembed: "lm_head",
  layout: "out in",
  modules: {
    ...USUAL_MODULES,
    queryNorm: "layers.{layer}.self_attn.q_norm",
    keyNorm: "layers.{layer}.self_attn.k_norm",
  },
  buffers: USUAL_BUFFERS,
  inert: [],
  architecture(config) {
    const usual = usualFields(config, {
      positions: 8192,
      tied: true,
      rotary: { base: 500000, pairing: "interleaved" },
    });
    const norm = { kind: "layer", epsilon: config.number("layer_norm_eps", 1e-5) } as const;
    const attention = config.boolean("attention_bias", false);
    const normed = config.boolean("use_qk_norm", false);
    return {
      family: "cohere",
      ...usual,
      norm,
      queryKeyNorm: normed ? { norm, over: "head", byHead: true } : null,
      gated: true,
      parallel: true,
      sharedNorm: true,
      logitScale: config.number("logit_scale", 0.0625),
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
