/**
 * MPT: norms without biases, positions by ALiBi.
 *
 * MosaicML, "Introducing MPT-7B", 2023.
 *
 * @module
 */

import type { Family } from "../family.ts";
import { equalHeads } from "./equal_heads.ts";
import { alibiSlopes } from "../blocks/alibi.ts";
import { everyLayer } from "./usual_fields.ts";

/** What the group of attention says beside its switches: it is a configuration of its own. */
const INERT_OF_ATTENTION = [
  "_name_or_path",
  "architectures",
  "attn_impl",
  "attn_pdrop",
  "bos_token_id",
  "chunk_size_feed_forward",
  "dtype",
  "eos_token_id",
  "finetuning_task",
  "id2label",
  "is_encoder_decoder",
  "label2id",
  "model_type",
  "output_attentions",
  "output_hidden_states",
  "pad_token_id",
  "problem_type",
  "return_dict",
  "task_specific_params",
  "tokenizer_class",
  "torch_dtype",
  "transformers_version",
  "use_cache",
] as const;

/** MPT. */
export const mpt: Family = {
  name: "mpt",
  architectures: ["MptForCausalLM", "MptModel", "MPTForCausalLM"],
  parity: 1e-5,
  base: "transformer.",
  unembed: "lm_head",
  layout: "out in",
  modules: {
    embed: "wte",
    ln1: "blocks.{layer}.norm_1",
    ln2: "blocks.{layer}.norm_2",
    finalNorm: "norm_f",
    attention: { fused: "blocks.{layer}.attn.Wqkv", arrangement: "thirds" },
    attentionOutput: "blocks.{layer}.attn.out_proj",
    feedForwardIn: "blocks.{layer}.ffn.up_proj",
    feedForwardOut: "blocks.{layer}.ffn.down_proj",
  },
  buffers: [],
  inert: [
    ...INERT_OF_ATTENTION.map((name) => `attn_config.${name}`),
    "emb_pdrop",
    "embedding_fraction",
    "expansion_ratio",
    "init_config",
    "init_device",
    "learned_pos_emb",
    "tokenizer_name",
    "verbose",
  ],
  architecture(config) {
    const width = config.integer("d_model"), layers = config.integer("n_layers");
    const heads = config.integer("n_heads"), headWidth = equalHeads(config, width, heads);
    const attention = config.group("attn_config");
    for (const name of ["attn_uses_sequence_id", "prefix_lm", "qk_ln"]) {
      attention?.only(name, false);
    }
    attention?.only("attn_type", "multihead_attention");
    attention?.only("alibi", true);
    config.only("no_bias", true);
    config.only("logit_scale", null);
    config.choice(
      "norm_type",
      { layernorm: true, low_precision_layernorm: true },
      "low_precision_layernorm",
    );
    const scale = attention?.optional("softmax_scale") ?? 1 / Math.sqrt(headWidth);
    return {
      family: "mpt",
      width,
      layers,
      heads,
      keyValueHeads: heads,
      headWidth,
      neurons: 4 * width,
      vocabulary: config.integer("vocab_size"),
      positions: config.integer("max_seq_len", 2048),
      norm: { kind: "layer", epsilon: config.number("layer_norm_epsilon", 1e-5) },
      // The greatest bias is read, though transformers takes 8 whatever stands there.
      position: {
        kind: "alibi",
        slopes: alibiSlopes(heads, attention?.number("alibi_bias_max", 8) ?? 8),
      },
      attentionScales: everyLayer(layers, scale),
      clip: attention?.optional("clip_qkv") ?? null,
      gated: false,
      activation: "gelu",
      parallel: false,
      tied: config.boolean("tie_word_embeddings", true),
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
