/**
 * Phi: parallel blocks that read one norm, half of each head rotated, biases everywhere.
 *
 * Gunasekar et al., "Textbooks Are All You Need", 2023, https://arxiv.org/abs/2306.11644.
 *
 * @module
 */

import type { Family } from "../family.ts";
import { usualFields } from "./usual_fields.ts";
import { USUAL_BUFFERS } from "./usual_modules.ts";

/** Phi 1, 1.5 and 2. */
export const phi: Family = {
  name: "phi",
  architectures: ["PhiForCausalLM", "PhiModel"],
  parity: 5e-6,
  base: "model.",
  unembed: "lm_head",
  layout: "out in",
  modules: {
    embed: "embed_tokens",
    ln1: "layers.{layer}.input_layernorm",
    finalNorm: "final_layernorm",
    attention: {
      query: "layers.{layer}.self_attn.q_proj",
      key: "layers.{layer}.self_attn.k_proj",
      value: "layers.{layer}.self_attn.v_proj",
    },
    queryNorm: "layers.{layer}.self_attn.q_layernorm",
    keyNorm: "layers.{layer}.self_attn.k_layernorm",
    attentionOutput: "layers.{layer}.self_attn.dense",
    feedForwardIn: "layers.{layer}.mlp.fc1",
    feedForwardOut: "layers.{layer}.mlp.fc2",
  },
  buffers: USUAL_BUFFERS,
  inert: [],
  architecture(config) {
    const usual = usualFields(config, { activation: "gelu_new", rotary: { part: 0.5 } });
    const norm = { kind: "layer", epsilon: config.number("layer_norm_eps", 1e-5) } as const;
    const normed = config.boolean("qk_layernorm", false);
    return {
      family: "phi",
      ...usual,
      norm,
      queryKeyNorm: normed ? { norm, over: "head", bias: true } : null,
      gated: false,
      parallel: true,
      sharedNorm: true,
      biases: {
        attention: true,
        attentionOutput: true,
        feedForward: true,
        norm: true,
        unembed: true,
      },
    };
  },
};
