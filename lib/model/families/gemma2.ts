/**
 * Gemma 2: norms around attention and feed-forward, scores and logits bounded, every other layer with a window.
 *
 * Gemma team, "Gemma 2", 2024, https://arxiv.org/abs/2408.00118.
 *
 * @module
 */

import type { Family } from "../family.ts";
import { everyLayer, usualFields } from "./usual_fields.ts";
import { USUAL_BUFFERS, USUAL_MODULES } from "./usual_modules.ts";
import { layerTypes, windowsOf } from "./window_fields.ts";

/** Gemma 2. */
export const gemma2: Family = {
  name: "gemma2",
  architectures: ["Gemma2ForCausalLM", "Gemma2Model"],
  parity: 1e-5,
  base: "model.",
  unembed: "lm_head",
  layout: "out in",
  modules: {
    ...USUAL_MODULES,
    ln1Post: "layers.{layer}.post_attention_layernorm",
    ln2: "layers.{layer}.pre_feedforward_layernorm",
    ln2Post: "layers.{layer}.post_feedforward_layernorm",
  },
  gainOffset: 1,
  buffers: USUAL_BUFFERS,
  inert: ["cache_implementation"],
  architecture(config) {
    const usual = usualFields(config, {
      activation: "gelu_pytorch_tanh",
      activationFields: ["hidden_activation", "hidden_act"],
      keyValueHeads: 4,
      headWidth: 256,
      positions: 8192,
      tied: true,
    });
    config.only("use_bidirectional_attention", false);
    const types = layerTypes(
      config,
      usual.layers,
      (layer) => layer % 2 === 0 ? "sliding_attention" : "full_attention",
    );
    const silent = config.states("sliding_window") ? null : 4096;
    const window = config.optionalInteger("sliding_window") ?? silent;
    const attention = config.boolean("attention_bias", false);
    const scale = 1 / Math.sqrt(config.number("query_pre_attn_scalar", 256));
    const cap = (name: string, silent: number) =>
      config.states(name) ? config.optional(name) : silent;
    return {
      family: "gemma2",
      ...usual,
      attentionScales: everyLayer(usual.layers, scale),
      norm: { kind: "rms", epsilon: config.number("rms_norm_eps", 1e-6) },
      norms: "around",
      gated: true,
      parallel: false,
      embeddingScale: Math.sqrt(usual.width),
      scoreCap: cap("attn_logit_softcapping", 50),
      logitCap: cap("final_logit_softcapping", 30),
      windows: windowsOf(config, types, window),
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
