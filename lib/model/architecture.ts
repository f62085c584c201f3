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
  /** Whether each column has a factor of its own. @default {true} */
  readonly gains?: boolean;
}

/** How queries and keys are normalised before they turn. */
export interface QueryKeyNorm {
  /** The norm. */
  readonly norm: NormKind;
  /** What it measures: each head alone, or all heads of a token at once. */
  readonly over: "head" | "heads";
  /** Whether each head has gains of its own; otherwise all heads share them. It goes with `over: "head"`. @default {false} */
  readonly byHead?: boolean;
  /** Whether it adds a bias. @default {false} */
  readonly bias?: boolean;
}

/** How rotary angles are stretched to longer texts. */
export type RotaryScaling =
  | { readonly kind: "default" }
  | { readonly kind: "linear"; readonly factor: number }
  | {
    /** The base grows with the text, once it is longer than the model was trained for. */
    readonly kind: "dynamic";
    readonly factor: number;
    readonly originalPositions: number;
  }
  | {
    /** Slow pairs are stretched, fast ones are not, and those between turn by a mixture. */
    readonly kind: "yarn";
    readonly factor: number;
    readonly originalPositions: number;
    /** As many turns within the original positions, or more, make a pair fast. */
    readonly fastTurns: number;
    /** As many turns, or fewer, make a pair slow. */
    readonly slowTurns: number;
    /** Whether the two bounds are rounded to whole pairs. */
    readonly truncated: boolean;
    /** What queries and keys are multiplied by when they turn. */
    readonly attentionFactor: number;
  }
  | {
    /** Each pair is stretched by a factor of its own, of one list or, where the text is longer, of another. */
    readonly kind: "longrope";
    readonly shortFactors: readonly number[];
    readonly longFactors: readonly number[];
    readonly originalPositions: number;
    /** What queries and keys are multiplied by when they turn. */
    readonly attentionFactor: number;
  }
  | {
    readonly kind: "llama3";
    readonly factor: number;
    readonly lowFrequencyFactor: number;
    readonly highFrequencyFactor: number;
    readonly originalPositions: number;
  };

/** How queries and keys turn by their positions. */
export interface RotaryKind {
  /** Names the kind among others. */
  readonly kind: "rotary";
  /** The base of the geometric series of wave lengths. */
  readonly base: number;
  /** How many of a head's columns are rotated, counted from the first. */
  readonly rotated: number;
  /** Which columns turn together: `k` with `k + rotated / 2`, or neighbours. */
  readonly pairing: "half" | "interleaved";
  /** How the angles are stretched. */
  readonly scaling: RotaryScaling;
  /** What each layer turns by, null where it does not turn at all. @default {all layers alike} */
  readonly layers?: readonly (Omit<RotaryKind, "layers"> | null)[];
}

/** Scores that fall with the distance of a key, by a slope for each head. */
export interface AlibiKind {
  /** Names the kind among others. */
  readonly kind: "alibi";
  /** What each head's scores rise by from one key to the next. */
  readonly slopes: readonly number[];
  /** Whether slopes, positions and their products are rounded to bfloat16, as some checkpoints were trained. @default {false} */
  readonly rounded?: boolean;
  /** What the rounded products are multiplied by. @default {1} */
  readonly scale?: number;
}

/** Where a model gets its sense of position from. */
export type PositionKind =
  | { readonly kind: "learned" }
  | { readonly kind: "none" }
  | RotaryKind
  | AlibiKind;

/** A feed-forward network of which each token uses a few experts. */
export interface MixtureKind {
  /** How many experts there are. */
  readonly experts: number;
  /** How many of them a token uses. */
  readonly chosen: number;
  /** Whether the weights of the chosen experts are brought to a sum of 1. */
  readonly normalised: boolean;
  /** Whether the router has a bias. */
  readonly routerBias: boolean;
}

/** Limits within a gated feed-forward network. */
export interface GateLimits {
  /** Gates are cut off above it, the linear branch above it and below its negative. */
  readonly limit: number;
  /** What is added to the linear branch. */
  readonly shift: number;
}

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
  /** The longest prompt, in tokens; infinite where nothing bounds it. */
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
  /**
   * Where the norms of a block stand: before attention and feed-forward, after them on what they write, around them on both
   * sides, or on the stream after it was written to.
   *
   * @default {"before"}
   */
  readonly norms?: "before" | "after" | "around" | "stream";
  /** Whether, in parallel blocks, attention and feed-forward read one norm. @default {false} */
  readonly sharedNorm?: boolean;
  /** Whether there is a norm before the unembedding. @default {true} */
  readonly finalNorm?: boolean;
  /** Whether embeddings are normalised before they enter the first block. @default {false} */
  readonly embeddingNorm?: boolean;
  /** What token embeddings are multiplied by. @default {1} */
  readonly embeddingScale?: number;
  /** The width of the embedding and of the unembedding where a linear map stands between them and the stream; null for none. */
  readonly embeddingWidth?: number | null;
  /** What attention and feed-forward are multiplied by before they are added to the stream. @default {1} */
  readonly writingScale?: number;
  /** What logits are multiplied by. @default {1} */
  readonly logitScale?: number;
  /** The bound that logits approach and never reach, by a tanh; null for none. */
  readonly logitCap?: number | null;
  /** The bound that scores approach and never reach, by a tanh; null for none. */
  readonly scoreCap?: number | null;
  /** How many keys back each layer sees, its own among them; null where it sees all. @default {all see all} */
  readonly windows?: readonly (number | null)[] | null;
  /** How queries and keys are normalised; null where they are not. */
  readonly queryKeyNorm?: QueryKeyNorm | null;
  /** The bound that queries, keys and values are cut off at, on both sides; null for none. */
  readonly clip?: number | null;
  /** Whether each head may attend to nothing at all, by a score of its own. @default {false} */
  readonly sinks?: boolean;
  /** Limits within the gated feed-forward network; null for none. */
  readonly gateLimits?: GateLimits | null;
  /** The experts of the feed-forward networks; null where all tokens use one and the same. */
  readonly mixture?: MixtureKind | null;
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
