/**
 * Qwen 2: Llama with biases on queries, keys and values.
 *
 * Yang et al., "Qwen2 Technical Report", 2024, https://arxiv.org/abs/2407.10671.
 *
 * @module
 */

import type { Family } from "../family.ts";
import { usualFields } from "./usual_fields.ts";
import { USUAL_BUFFERS, USUAL_MODULES } from "./usual_modules.ts";
import { switchedWindows } from "./window_fields.ts";

/** Qwen 1.5, 2 and 2.5. */
export const qwen2: Family = {
  name: "qwen2",
  architectures: ["Qwen2ForCausalLM", "Qwen2Model"],
  parity: 1e-5,
  base: "model.",
  unembed: "lm_head",
  layout: "out in",
  modules: USUAL_MODULES,
  buffers: USUAL_BUFFERS,
  inert: ["use_mrope"],
  architecture(config) {
    const usual = usualFields(config, { keyValueHeads: 32, positions: 32768 });
    return {
      family: "qwen2",
      ...usual,
      norm: { kind: "rms", epsilon: config.number("rms_norm_eps", 1e-6) },
      gated: true,
      parallel: false,
      windows: switchedWindows(config, usual.layers, { window: 4096 }),
      biases: {
        attention: true,
        attentionOutput: false,
        feedForward: false,
        norm: false,
        unembed: false,
      },
    };
  },
};
