/**
 * StarCoder 2: LayerNorm and biases everywhere, rotary positions, a window.
 *
 * Lozhkov et al., "StarCoder 2 and The Stack v2", 2024, https://arxiv.org/abs/2402.19173.
 *
 * @module
 */

import type { Family } from "../family.ts";
import { usualFields } from "./usual_fields.ts";
import { USUAL_BUFFERS, USUAL_MODULES } from "./usual_modules.ts";
import { oneWindow } from "./window_fields.ts";

/** StarCoder 2. */
export const starcoder2: Family = {
  name: "starcoder2",
  architectures: ["Starcoder2ForCausalLM", "Starcoder2Model"],
  parity: 1e-5,
  base: "model.",
  unembed: "lm_head",
  layout: "out in",
  modules: {
    embed: "embed_tokens",
    ln1: "layers.{layer}.input_layernorm",
    ln2: "layers.{layer}.post_attention_layernorm",
    finalNorm: "norm",
    attention: USUAL_MODULES.attention,
    attentionOutput: USUAL_MODULES.attentionOutput,
    feedForwardIn: "layers.{layer}.mlp.c_fc",
    feedForwardOut: "layers.{layer}.mlp.c_proj",
  },
  buffers: USUAL_BUFFERS,
  inert: ["embedding_dropout", "residual_dropout"],
  architecture(config) {
    const usual = usualFields(config, {
      activation: "gelu_pytorch_tanh",
      keyValueHeads: 2,
      positions: 4096,
      tied: true,
    });
    config.only("mlp_type", "default");
    config.only("norm_type", "layer_norm");
    const bias = config.boolean("use_bias", true);
    return {
      family: "starcoder2",
      ...usual,
      norm: { kind: "layer", epsilon: config.number("norm_epsilon", 1e-5) },
      gated: false,
      parallel: false,
      windows: oneWindow(config, usual.layers),
      biases: {
        attention: bias,
        attentionOutput: bias,
        feedForward: bias,
        norm: true,
        unembed: false,
      },
    };
  },
};
