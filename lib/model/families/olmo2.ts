/**
 * OLMo 2: norms of what is written instead of what is read, and norms of queries and keys over all heads.
 *
 * Walsh et al., "2 OLMo 2 Furious", 2024, https://arxiv.org/abs/2501.00656.
 *
 * @module
 */

import type { Family } from "../family.ts";
import { usualFields } from "./usual_fields.ts";
import { USUAL_BUFFERS, USUAL_MODULES } from "./usual_modules.ts";

/** OLMo 2. */
export const olmo2: Family = {
  name: "olmo2",
  architectures: ["Olmo2ForCausalLM", "Olmo2Model"],
  parity: 1e-5,
  base: "model.",
  unembed: "lm_head",
  layout: "out in",
  modules: {
    embed: "embed_tokens",
    finalNorm: "norm",
    attention: USUAL_MODULES.attention,
    queryNorm: "layers.{layer}.self_attn.q_norm",
    keyNorm: "layers.{layer}.self_attn.k_norm",
    attentionOutput: USUAL_MODULES.attentionOutput,
    ln1Post: "layers.{layer}.post_attention_layernorm",
    ln2Post: "layers.{layer}.post_feedforward_layernorm",
    feedForwardIn: USUAL_MODULES.feedForwardIn,
    feedForwardGate: USUAL_MODULES.feedForwardGate,
    feedForwardOut: USUAL_MODULES.feedForwardOut,
  },
  buffers: USUAL_BUFFERS,
  inert: [],
  architecture(config) {
    const usual = usualFields(config);
    const norm = { kind: "rms", epsilon: config.number("rms_norm_eps", 1e-5) } as const;
    const attention = config.boolean("attention_bias", false);
    return {
      family: "olmo2",
      ...usual,
      norm,
      norms: "after",
      queryKeyNorm: { norm, over: "heads" },
      gated: true,
      parallel: false,
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
