/**
 * Mixtral: Mistral with a mixture of experts.
 *
 * Jiang et al., "Mixtral of Experts", 2024, https://arxiv.org/abs/2401.04088.
 *
 * @module
 */

import type { Family } from "../family.ts";
import { usualFields } from "./usual_fields.ts";
import { USUAL_BUFFERS, USUAL_MODULES } from "./usual_modules.ts";
import { oneWindow } from "./window_fields.ts";
import { checkMixture } from "./check_mixture.ts";

/** Mixtral. */
export const mixtral: Family = {
  name: "mixtral",
  architectures: ["MixtralForCausalLM", "MixtralModel"],
  parity: 1e-5,
  base: "model.",
  unembed: "lm_head",
  layout: "out in",
  modules: {
    embed: "embed_tokens",
    ln1: USUAL_MODULES.ln1,
    ln2: USUAL_MODULES.ln2,
    finalNorm: "norm",
    attention: USUAL_MODULES.attention,
    attentionOutput: USUAL_MODULES.attentionOutput,
    router: "layers.{layer}.block_sparse_moe.gate",
    experts: {
      gate: "layers.{layer}.block_sparse_moe.experts.{expert}.w1",
      in: "layers.{layer}.block_sparse_moe.experts.{expert}.w3",
      out: "layers.{layer}.block_sparse_moe.experts.{expert}.w2",
    },
  },
  buffers: USUAL_BUFFERS,
  inert: ["output_router_logits", "router_aux_loss_coef", "router_jitter_noise"],
  architecture(config) {
    const usual = usualFields(config, {
      keyValueHeads: 8,
      positions: 131072,
      rotary: { base: 1000000 },
    });
    const mixture = {
      experts: config.integer("num_local_experts", 8),
      chosen: config.integer("num_experts_per_tok", 2),
      normalised: true,
      routerBias: false,
    };
    checkMixture(config, mixture);
    return {
      family: "mixtral",
      ...usual,
      norm: { kind: "rms", epsilon: config.number("rms_norm_eps", 1e-5) },
      gated: true,
      parallel: false,
      windows: oneWindow(config, usual.layers),
      mixture,
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
