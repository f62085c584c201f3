/**
 * StableLM: LayerNorm, a quarter of each head rotated, a gated feed-forward network.
 *
 * Bellagente et al., "Stable LM 2 1.6B", 2024, https://arxiv.org/abs/2402.17834.
 *
 * @module
 */

import type { Family } from "../family.ts";
import { usualFields } from "./usual_fields.ts";
import { USUAL_BUFFERS, USUAL_MODULES } from "./usual_modules.ts";

/** StableLM. */
export const stableLm: Family = {
  name: "stablelm",
  architectures: ["StableLmForCausalLM", "StableLmModel"],
  parity: 1e-5,
  base: "model.",
  unembed: "lm_head",
  layout: "out in",
  modules: {
    ...USUAL_MODULES,
    queryNorm: "layers.{layer}.self_attn.q_layernorm.norms.{head}",
    keyNorm: "layers.{layer}.self_attn.k_layernorm.norms.{head}",
  },
  buffers: USUAL_BUFFERS,
  inert: [],
  architecture(config) {
    const usual = usualFields(config, {
      keyValueHeads: 32,
      positions: 4096,
      rotary: { part: 0.25 },
    });
    const norm = { kind: "layer", epsilon: config.number("layer_norm_eps", 1e-5) } as const;
    const parallel = config.boolean("use_parallel_residual", false);
    const normed = config.boolean("qk_layernorm", false);
    return {
      family: "stablelm",
      ...usual,
      norm,
      queryKeyNorm: normed ? { norm, over: "head", byHead: true } : null,
      gated: true,
      parallel,
      sharedNorm: parallel,
      biases: {
        attention: config.boolean("use_qkv_bias", false),
        attentionOutput: false,
        feedForward: false,
        norm: true,
        unembed: false,
      },
    };
  },
};
