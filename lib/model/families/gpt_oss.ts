/**
 * gpt-oss: a mixture of experts, every other layer with a window, heads that may attend to nothing.
 *
 * OpenAI, "gpt-oss-120b & gpt-oss-20b Model Card", 2025, https://arxiv.org/abs/2508.10925.
 *
 * @module
 */

import type { Family } from "../family.ts";
import { usualFields } from "./usual_fields.ts";
import { USUAL_BUFFERS, USUAL_MODULES } from "./usual_modules.ts";
import { layerTypes, windowsOf } from "./window_fields.ts";
import type { RotaryScaling } from "../architecture.ts";
import { checkMixture } from "./check_mixture.ts";

/** How angles are stretched where the file says nothing. */
const YARN: RotaryScaling = {
  kind: "yarn",
  factor: 32,
  originalPositions: 4096,
  fastTurns: 32,
  slowTurns: 1,
  truncated: false,
  attentionFactor: 0.1 * Math.log(32) + 1,
};

/** gpt-oss. */
export const gptOss: Family = {
  name: "gpt_oss",
  architectures: ["GptOssForCausalLM", "GptOssModel"],
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
    sinks: "layers.{layer}.self_attn.sinks",
    attentionOutput: USUAL_MODULES.attentionOutput,
    router: "layers.{layer}.mlp.router",
    experts: {
      gateAndIn: "layers.{layer}.mlp.experts.gate_up_proj",
      out: "layers.{layer}.mlp.experts.down_proj",
      bias: "_bias",
    },
  },
  buffers: USUAL_BUFFERS,
  inert: ["initial_context_length", "output_router_logits", "router_aux_loss_coef"],
  architecture(config) {
    const usual = usualFields(config, {
      keyValueHeads: 8,
      headWidth: 64,
      positions: 131072,
      rotary: { base: 150000, scaling: YARN },
    });
    const types = layerTypes(
      config,
      usual.layers,
      (layer) => layer % 2 === 0 ? "sliding_attention" : "full_attention",
    );
    const window = config.integer("sliding_window", 128);
    const attention = config.boolean("attention_bias", true);
    const mixture = {
      experts: config.integer(["num_local_experts", "num_experts"], 128),
      chosen: config.integer(["num_experts_per_tok", "experts_per_token"], 4),
      normalised: true,
      routerBias: true,
    };
    checkMixture(config, mixture);
    // The gate is x · σ(1.702 x) whatever hidden_act says.
    config.only("swiglu_alpha", 1.702);
    return {
      family: "gpt_oss",
      ...usual,
      norm: { kind: "rms", epsilon: config.number("rms_norm_eps", 1e-5) },
      gated: true,
      activation: "quick_gelu",
      gateLimits: { limit: config.number("swiglu_limit", 7), shift: 1 },
      parallel: false,
      windows: windowsOf(config, types, window),
      sinks: true,
      mixture,
      biases: {
        attention: attention,
        attentionOutput: attention,
        feedForward: true,
        norm: false,
        unembed: false,
      },
    };
  },
};
