/**
 * The building blocks that a pass computes with, so that a run may choose others: of the same values, and of other
 * gradients.
 *
 * @module
 */

import {
  activate,
  affine,
  attentionMix,
  attentionScores,
  layerNorm,
  layerNormScale,
  linear,
  normalize,
  rmsNorm,
  rmsNormScale,
  softmax,
  tf,
} from "../tensor/mod.ts";
import type { NormKind } from "./architecture.ts";
import type { NormWeights } from "./weights.ts";

/** The building blocks of a pass. */
export interface Mechanisms {
  /** Multiplies by a weight and adds a bias. */
  readonly linear: typeof linear;
  /** A whole norm, `[..., width]`: measures, divides, stretches. */
  readonly norm: (x: tf.Tensor, kind: NormKind, weights: NormWeights) => tf.Tensor;
  /** What a norm divides by, `[..., 1]`. */
  readonly normScale: (x: tf.Tensor, kind: NormKind) => tf.Tensor;
  /** Centres, where the norm does, and divides. */
  readonly normalize: typeof normalize;
  /** Gain and bias of a norm. */
  readonly affine: typeof affine;
  /** Products of queries and keys, scaled and masked. */
  readonly attentionScores: typeof attentionScores;
  /** From scores to the attention pattern. */
  readonly softmax: typeof softmax;
  /** Mixes values by the pattern. */
  readonly attentionMix: typeof attentionMix;
  /** The non-linearity of the neurons. */
  readonly activate: typeof activate;
  /** Cuts numbers off below and above. */
  readonly clip: (x: tf.Tensor, least: number, greatest: number) => tf.Tensor;
  /** Bends numbers so that none goes beyond a bound: `cap · tanh(x / cap)`. */
  readonly softCap: (x: tf.Tensor, cap: number) => tf.Tensor;
  /** The product of a gate and its branch. */
  readonly multiply: (gate: tf.Tensor, branch: tf.Tensor) => tf.Tensor;
}

/** The building blocks with their exact gradients. */
export const exact: Mechanisms = {
  linear,
  norm: (x, kind, { gain, bias }) =>
    kind.kind === "layer" ? layerNorm(x, gain, bias, kind.epsilon) : rmsNorm(x, gain, kind.epsilon),
  normScale: (x, { kind, epsilon }) =>
    kind === "layer" ? layerNormScale(x, epsilon) : rmsNormScale(x, epsilon),
  normalize,
  affine,
  attentionScores,
  softmax,
  attentionMix,
  activate,
  clip: (x, least, greatest) => tf.clipByValue(x, least, greatest),
  softCap: (x, cap) => activate(x.div(cap), "tanh").mul(cap),
  multiply: (gate, branch) => gate.mul(branch),
};
