/**
 * Tensors: the API of tfjs, backends that are fast, the operations of a decoder, named axes.
 *
 * @module
 */

export * as tf from "./tf.ts";
export { activate, type ActivationName, activationNames } from "./activate.ts";
export { attend, type AttendInputs, type AttendOptions, type AttendPart } from "./attend.ts";
export {
  attentionMix,
  attentionScores,
  type AttentionScoresOptions,
  maskCausal,
} from "./attention.ts";
export type { AlgebraOptions } from "./algebra/each_matrix.ts";
export { cholesky } from "./algebra/cholesky.ts";
export { Eigenvalues, eigenvalues, type EigenvaluesOptions } from "./algebra/eigenvalues.ts";
export { leastSquares, type LeastSquaresOptions } from "./algebra/least_squares.ts";
export { pseudoInverse, type PseudoInverseOptions } from "./algebra/pseudo_inverse.ts";
export { Qr, qr } from "./algebra/qr.ts";
export { Svd, svd } from "./algebra/svd.ts";
export { SymmetricEigen, symmetricEigen } from "./algebra/symmetric_eigen.ts";
export { axes } from "./axes.ts";
export { copy } from "./copy.ts";
export { detach } from "./detach.ts";
export { einsum } from "./einsum.ts";
export type { FactoredSvdOptions } from "./algebra/factored_svd.ts";
export { FactoredMatrix, type ProductWith } from "./factored_matrix.ts";
export { collectedTensors, freeWhenCollected, keepWhenCollected } from "./free_when_collected.ts";
export { mergeHeads, splitHeads, type SplitHeadsOptions } from "./heads.ts";
export { linear, type LinearOptions } from "./linear.ts";
export { linearActivate, type LinearActivateOptions } from "./linear_activate.ts";
export { matMul } from "./mat_mul.ts";
export {
  affine,
  layerNorm,
  layerNormScale,
  normalize,
  type NormalizeOptions,
  normInParts,
  type NormInPartsOptions,
  type NormParts,
  rmsNorm,
  rmsNormScale,
} from "./norm.ts";
export { numbers, readNumbers } from "./numbers.ts";
export { rotate, type RotateOptions } from "./rotate.ts";
export { pickLogSoftmax } from "./pick_log_softmax.ts";
export { logSoftmax, softmax } from "./softmax.ts";
export { type BackendName, type BackendReport, startBackend } from "./start_backend.ts";
export { inSlices, refuseOddSignal } from "./slices.ts";
export { sumOf } from "./sum_of.ts";
export { Tape, type TapeSeed } from "./tape.ts";
