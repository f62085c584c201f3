/**
 * GPT-Neo: GPT-2 whose scores are not divided, and whose layers see all keys or the nearest in turn.
 *
 * Black et al., "GPT-Neo", 2021.
 *
 * @module
 */

import type { Family } from "../family.ts";
import { ACTIVATIONS } from "./activations.ts";
import { equalHeads } from "./equal_heads.ts";
import { everyLayer } from "./usual_fields.ts";
import type { ConfigReader } from "../config_reader.ts";
import { CheckpointError } from "../files/mod.ts";

/** GPT-Neo. */
export const gptNeo: Family = {
  name: "gpt_neo",
  architectures: ["GPTNeoForCausalLM", "GPTNeoModel"],
  parity: 1e-5,
  base: "transformer.",
  unembed: "lm_head",
  layout: "out in",
  modules: {
    embed: "wte",
    positions: "wpe",
    ln1: "h.{layer}.ln_1",
    ln2: "h.{layer}.ln_2",
    finalNorm: "ln_f",
    attention: {
      query: "h.{layer}.attn.attention.q_proj",
      key: "h.{layer}.attn.attention.k_proj",
      value: "h.{layer}.attn.attention.v_proj",
    },
    attentionOutput: "h.{layer}.attn.attention.out_proj",
    feedForwardIn: "h.{layer}.mlp.c_fc",
    feedForwardOut: "h.{layer}.mlp.c_proj",
  },
  buffers: [/^h\.\d+\.attn\.attention\.(masked_)?bias$/],
  inert: [
    "embed_dropout",
    "resid_dropout",
    "summary_activation",
    "summary_first_dropout",
    "summary_proj_to_labels",
    "summary_type",
    "summary_use_proj",
  ],
  architecture(config) {
    const width = config.integer("hidden_size");
    const layers = config.integer(["num_layers", "num_hidden_layers"]);
    const heads = config.integer(["num_heads", "num_attention_heads"]);
    const headWidth = equalHeads(config, width, heads);
    const window = config.integer("window_size", 256);
    const types = attentionTypes(config, layers);
    return {
      family: "gpt_neo",
      width,
      layers,
      heads,
      keyValueHeads: heads,
      headWidth,
      neurons: config.integer("intermediate_size", 4 * width),
      vocabulary: config.integer("vocab_size"),
      positions: config.integer("max_position_embeddings", 2048),
      norm: { kind: "layer", epsilon: config.number("layer_norm_epsilon", 1e-5) },
      position: { kind: "learned" },
      attentionScales: everyLayer(layers, 1),
      windows: types.map((type) => type === "local" ? window : null),
      gated: false,
      activation: config.choice("activation_function", ACTIVATIONS, "gelu_new"),
      parallel: false,
      tied: config.boolean("tie_word_embeddings", true),
      biases: {
        attention: false,
        attentionOutput: true,
        feedForward: true,
        norm: true,
        unembed: false,
      },
    };
  },
};

/** What each layer sees, from a list such as `[[["global", "local"], 12]]`, and from one of all layers where there is one. */
function attentionTypes(config: ConfigReader, layers: number): readonly ("global" | "local")[] {
  const isType = (type: unknown) => type === "global" || type === "local";
  const expected = `lists of "global" and "local", each with a count, of ${layers} layers in all`;
  const groups = config.list<[("global" | "local")[], number]>(
    "attention_types",
    expected,
    (group) =>
      Array.isArray(group) && Array.isArray(group[0]) && group[0].every(isType) &&
      Number.isInteger(group[1]) && group[1] > 0 && group[1] <= layers,
  ) ?? [[["global", "local"], layers / 2]];
  const types = groups.flatMap(([types, count]) => Array(Math.ceil(count)).fill(types).flat());
  const stated = config.list<"global" | "local">("attention_layers", expected, isType) ?? types;
  if (types.length === layers && stated.join() === types.join()) return types;
  throw new CheckpointError(config.file, `attention_types must be ${expected}`, {
    current: stated.length === layers ? groups : stated,
  });
}
