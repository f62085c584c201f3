/**
 * What a model computes, in our own words: the numbers and switches of a `config.json`, translated once by its family.
 *
 * @module
 */

import type { ActivationName } from "../tensor/mod.ts";

/** How a stream is normalised before a block reads it. */
export interface NormKind {
  /** LayerNorm subtracts the mean and divides by the deviation; RMSNorm divides by the root mean square. */
  readonly kind: "layer" | "rms";
  /** The number added under the root. */
  readonly epsilon: number;
}

/** How rotary angles are stretched to longer texts. */
export type RotaryScaling =
  | { readonly kind: "default" }
  | { readonly kind: "linear"; readonly factor: number }
  | {
    readonly kind: "llama3";
    readonly factor: number;
    readonly lowFrequencyFactor: number;
    readonly highFrequencyFactor: number;
    readonly originalPositions: number;
  };

/** Where a model gets its sense of position from. */
export type PositionKind =
  | { readonly kind: "learned" }
  | {
    readonly kind: "rotary";
    /** The base of the geometric series of wave lengths. */
    readonly base: number;
    /** How many of a head's columns are rotated, counted from the first. */
    readonly rotated: number;
    /** Which columns turn together: `k` with `k + rotated / 2`, or neighbours. */
    readonly pairing: "half" | "interleaved";
    /** How the angles are stretched. */
    readonly scaling: RotaryScaling;
  };

/** Everything that a forward pass needs to know beside the weights. */
export interface Architecture {
  /** The family that read the configuration, as `model_type` names it. */
  readonly family: string;
  /** The width of the residual stream. */
  readonly width: number;
  /** The number of blocks. */
  readonly layers: number;
  /** The number of query heads of a layer. */
  readonly heads: number;
  /** The number of key and value heads of a layer; `heads` is a multiple of it. */
  readonly keyValueHeads: number;
  /** The width of a head's queries, keys and values. */
  readonly headWidth: number;
  /** The number of neurons of a layer. */
  readonly neurons: number;
  /** The number of rows of the embedding. */
  readonly vocabulary: number;
  /** The longest prompt, in tokens. */
  readonly positions: number;
  /** How streams are normalised. */
  readonly norm: NormKind;
  /** Where position comes from. */
  readonly position: PositionKind;
  /** What scores are multiplied by, a number for each layer. */
  readonly attentionScales: readonly number[];
  /** Whether the feed-forward network multiplies its activation by a second, linear branch. */
  readonly gated: boolean;
  /** The non-linearity of the feed-forward network. */
  readonly activation: ActivationName;
  /** Whether attention and feed-forward read the same stream, instead of one after the other. */
  readonly parallel: boolean;
  /** Whether the unembedding is the embedding transposed. */
  readonly tied: boolean;
  /** Which linear maps have a bias, in some layer at least. */
  readonly biases: {
    /** Queries, keys and values. */
    readonly attention: boolean;
    /** The output of attention. */
    readonly attentionOutput: boolean;
    /** The feed-forward network. */
    readonly feedForward: boolean;
    /** The norms. */
    readonly norm: boolean;
    /** The unembedding. */
    readonly unembed: boolean;
  };
}
