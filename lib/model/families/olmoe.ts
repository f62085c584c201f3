/**
 * OLMoE: OLMo with norms of queries and keys, and a mixture of experts whose weights need not sum to 1.
 *
 * Muennighoff et al., "OLMoE", 2024, https://arxiv.org/abs/2409.02060.
 *
 * @module
 */

import type { Family } from "../family.ts";
import { checkMixture } from "./check_mixture.ts";
import { usualFields } from "./usual_fields.ts";
import { USUAL_BUFFERS, USUAL_MODULES } from "./usual_modules.ts";

/** OLMoE. */
export const olmoe: Family = {
  name: "olmoe",
  architectures: ["OlmoeForCausalLM", "OlmoeModel"],
  parity: 2e-5,
  base: "model.",
  unembed: "lm_head",
  layout: "out in",
  modules: {
    embed: "embed_tokens",
    ln1: USUAL_MODULES.ln1,
    ln2: USUAL_MODULES.ln2,
    finalNorm: "norm",
    attention: USUAL_MODULES.attention,
    queryNorm: "layers.{layer}.self_attn.q_norm",
    keyNorm: "layers.{layer}.self_attn.k_norm",
    attentionOutput: USUAL_MODULES.attentionOutput,
    router: "layers.{layer}.mlp.gate",
    experts: {
      gate: "layers.{layer}.mlp.experts.{expert}.gate_proj",
      in: "layers.{layer}.mlp.experts.{expert}.up_proj",
      out: "layers.{layer}.mlp.experts.{expert}.down_proj",
    },
  },
  buffers: USUAL_BUFFERS,
  inert: ["output_router_logits", "router_aux_loss_coef"],
  architecture(config) {
    const usual = usualFields(config, { positions: 4096 });
    const norm = { kind: "rms", epsilon: config.number("rms_norm_eps", 1e-5) } as const;
    const attention = config.boolean("attention_bias", false);
    const mixture = {
      experts: config.integer("num_experts", 64),
      chosen: config.integer("num_experts_per_tok", 8),
      normalised: config.boolean("norm_topk_prob", false),
      routerBias: false,
    };
    checkMixture(config, mixture);
    // It would be cut off after the norm, not before.
    config.only("clip_qkv", null);
    return {
      family: "olmoe",
      ...usual,
      norm,
      queryKeyNorm: { norm, over: "heads" },
      gated: true,
      parallel: false,
      mixture,
      biases: {
        attention,
        attentionOutput: attention,
        feedForward: false,
        norm: false,
        unembed: false,
      },
    };
  },
};
