/**
 * OLMo: norms without gains or biases, queries, keys and values cut off.
 *
 * Groeneveld et al., "OLMo", 2024, https://arxiv.org/abs/2402.00838.
 *
 * @module
 */

import type { Family } from "../family.ts";
import { usualFields } from "./usual_fields.ts";
import { USUAL_BUFFERS, USUAL_MODULES } from "./usual_modules.ts";

/** OLMo 1. */
export const olmo: Family = {
  name: "olmo",
  architectures: ["OlmoForCausalLM", "OlmoModel"],
  parity: 1e-5,
  base: "model.",
  unembed: "lm_head",
  layout: "out in",
  modules: USUAL_MODULES,
  buffers: USUAL_BUFFERS,
  inert: [],
  architecture(config) {
    const usual = usualFields(config);
    const attention = config.boolean("attention_bias", false);
    return {
      family: "olmo",
      ...usual,
      norm: { kind: "layer", epsilon: 1e-5, gains: false },
      gated: true,
      parallel: false,
      clip: config.optional("clip_qkv"),
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
