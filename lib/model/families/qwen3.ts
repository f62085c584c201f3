/**
 * Qwen 3: norms of queries and keys, head by head.
 *
 * Yang et al., "Qwen3 Technical Report", 2025, https://arxiv.org/abs/2505.09388.
 *
 * @module
 */

import type { Family } from "../family.ts";
import { usualFields } from "./usual_fields.ts";
import { USUAL_BUFFERS, USUAL_MODULES } from "./usual_modules.ts";
import { switchedWindows } from "./window_fields.ts";

/** Qwen 3. */
export const qwen3: Family = {
  name: "qwen3",
  architectures: ["Qwen3ForCausalLM", "Qwen3Model"],
  parity: 1e-5,
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
    const usual = usualFields(config, { keyValueHeads: 32, headWidth: 128, positions: 32768 });
    const norm = { kind: "rms", epsilon: config.number("rms_norm_eps", 1e-6) } as const;
    const attention = config.boolean("attention_bias", false);
    return {
      family: "qwen3",
      ...usual,
      norm,
      gated: true,
      parallel: false,
      windows: switchedWindows(config, usual.layers, { window: 4096 }),
      queryKeyNorm: { norm, over: "head" },
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
