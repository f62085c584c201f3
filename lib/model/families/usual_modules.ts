/**
 * The names that most checkpoints since Llama give their modules.
 *
 * @module
 */

import type { ModuleNames } from "../family.ts";

/** Embedding, norms, projections and a gated feed-forward network; a family names what differs. */
export const USUAL_MODULES = {
  embed: "embed_tokens",
  ln1: "layers.{layer}.input_layernorm",
  ln2: "layers.{layer}.post_attention_layernorm",
  finalNorm: "norm",
  attention: {
    query: "layers.{layer}.self_attn.q_proj",
    key: "layers.{layer}.self_attn.k_proj",
    value: "layers.{layer}.self_attn.v_proj",
  },
  attentionOutput: "layers.{layer}.self_attn.o_proj",
  feedForwardIn: "layers.{layer}.mlp.up_proj",
  feedForwardGate: "layers.{layer}.mlp.gate_proj",
  feedForwardOut: "layers.{layer}.mlp.down_proj",
} as const satisfies ModuleNames;

/** Angles that older files hold, though they are computed. */
export const USUAL_BUFFERS: readonly RegExp[] = [
  /^(layers\.\d+\.self_attn\.)?rotary_emb\.inv_freq$/,
];
