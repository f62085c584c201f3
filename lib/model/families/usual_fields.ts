/**
 * The fields that most configurations spell alike.
 *
 * @module
 */

import type { ActivationName } from "../../tensor/mod.ts";
import type { Architecture } from "../architecture.ts";
import type { ConfigReader } from "../config_reader.ts";
import { CheckpointError } from "../files/mod.ts";
import { ACTIVATIONS } from "./activations.ts";
import { equalHeads } from "./equal_heads.ts";
import { reachOf, rotary, type RotaryDefaults } from "./rotary_fields.ts";

/** What stands in where a configuration says nothing. */
export interface UsualDefaults {
  /** The non-linearity, in the words of configurations. @default {"silu"} */
  readonly activation?: string;
  /** The fields that may name the non-linearity. @default {["hidden_act"]} */
  readonly activationFields?: readonly string[];
  /** What the words for non-linearities mean. @default {what they usually mean} */
  readonly activations?: Readonly<Record<string, ActivationName>>;
  /** The longest text. @default {2048} */
  readonly positions?: number;
  /** The key heads where the field is missing; where it is null they are as many as heads. @default {as many as heads} */
  readonly keyValueHeads?: number;
  /** The width of a head. @default {an equal share of the stream} */
  readonly headWidth?: number;
  /** Whether the unembedding is the embedding. @default {false} */
  readonly tied?: boolean;
  /** The rotary position, or null where there is none. */
  readonly rotary?: RotaryDefaults;
}

/** What the usual fields say. */
export type UsualFields = Pick<
  Architecture,
  | "width"
  | "layers"
  | "heads"
  | "keyValueHeads"
  | "headWidth"
  | "neurons"
  | "vocabulary"
  | "positions"
  | "activation"
  | "tied"
  | "attentionScales"
  | "position"
>;

/** Reads sizes, heads, the non-linearity and rotary positions; scores are divided by the root of the head width. */
export function usualFields(config: ConfigReader, defaults: UsualDefaults = {}): UsualFields {
  const width = config.integer("hidden_size");
  const layers = config.integer("num_hidden_layers");
  const heads = config.integer("num_attention_heads");
  const silent = config.states("num_key_value_heads") ? heads : defaults.keyValueHeads ?? heads;
  const keyValueHeads = config.integer("num_key_value_heads", silent);
  if (heads % keyValueHeads !== 0) {
    throw new CheckpointError(
      config.file,
      "num_attention_heads must be a multiple of num_key_value_heads",
      { current: [heads, keyValueHeads] },
    );
  }
  // No field is 0, so that stands for none.
  const headWidth = config.integer("head_dim", defaults.headWidth ?? 0) ||
    equalHeads(config, width, heads);
  const positions = config.integer("max_position_embeddings", defaults.positions ?? 2048);
  const position = rotary(config, headWidth, positions, defaults.rotary);
  return {
    width,
    layers,
    heads,
    keyValueHeads,
    headWidth,
    neurons: config.integer("intermediate_size"),
    vocabulary: config.integer("vocab_size"),
    positions: reachOf(position, positions),
    activation: config.choice(
      defaults.activationFields ?? ["hidden_act"],
      defaults.activations ?? ACTIVATIONS,
      defaults.activation ?? "silu",
    ),
    tied: config.boolean("tie_word_embeddings", defaults.tied ?? false),
    attentionScales: everyLayer(layers, 1 / Math.sqrt(headWidth)),
    position,
  };
}

/** The same for every layer; as no model has more than 4,096, a file that says so takes no memory. */
export function everyLayer<T>(layers: number, value: T): T[] {
  return Array<T>(Math.min(layers, 4096)).fill(value);
}
