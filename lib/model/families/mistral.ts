/**
 * Mistral: Llama with a window.
 *
 * Jiang et al., "Mistral 7B", 2023, https://arxiv.org/abs/2310.06825.
 *
 * @module
 */

import type { Family } from "../family.ts";
import { usualFields } from "./usual_fields.ts";
import { USUAL_BUFFERS, USUAL_MODULES } from "./usual_modules.ts";
import { oneWindow } from "./window_fields.ts";

/** Mistral 7B and whatever says `mistral`. */
export const mistral: Family = {
  name: "mistral",
  architectures: ["MistralForCausalLM", "MistralModel"],
  parity: 2e-5,
  base: "model.",
  unembed: "lm_head",
  layout: "out in",
  modules: USUAL_MODULES,
  buffers: USUAL_BUFFERS,
  inert: [],
  architecture(config) {
    const usual = usualFields(config, { keyValueHeads: 8, positions: 131072 });
    return {
      family: "mistral",
      ...usual,
      norm: { kind: "rms", epsilon: config.number("rms_norm_eps", 1e-6) },
      gated: true,
      parallel: false,
      windows: oneWindow(config, usual.layers, 4096),
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
