/**
 * Decompositions: what the residual stream, a logit and a circuit are made of.
 *
 * @module
 */

export { accumulatedLogit, type AccumulatedLogitOptions } from "./accumulated_logit.ts";
export { AccumulatedLogit, type AccumulatedLogitFacts } from "./accumulated_logit_result.ts";
export type { NormTreatment, PartValues } from "./attribute_rows.ts";
export { type AttributionFacts, LogitAttribution, type ValuedPart } from "./attribution_result.ts";
export type { AttributionTarget, StreamDirection } from "./attribution_target.ts";
export {
  AverageAttribution,
  type AveragedPart,
  type AverageOptions,
} from "./average_attribution.ts";
export { CapturedStream, captureStream, type CaptureStreamOptions } from "./captured_stream.ts";
export {
  type ComposedPair,
  type CompositionFacts,
  CompositionScores,
} from "./composition_result.ts";
export {
  type CompositionKind,
  compositionScores,
  type CompositionScoresOptions,
} from "./composition_scores.ts";
export { type EigenvalueFacts, EigenvalueScores, type ScoredCircuit } from "./eigenvalue_result.ts";
export {
  type EigenvalueCircuit,
  eigenvalueScores,
  type EigenvalueScoresOptions,
} from "./eigenvalue_scores.ts";
export type {
  ComplexNumbers,
  EigenvalueBaseline,
  EigenvalueSummaries,
  RandomScore,
} from "./random_eigenvalues.ts";
export {
  type ContributionValues,
  type ResidualContribution,
  ResidualContributions,
  type Spread,
} from "./contributions_result.ts";
export { directPath, type DirectPathOptions } from "./direct_path.ts";
export { DirectPath, type DirectPathBaselines, type PairCounts } from "./direct_path_result.ts";
export { erasure, type ErasureOptions, type StreamWriter } from "./erasure.ts";
export { type ErasingHead, Erasure, type ErasureValues } from "./erasure_result.ts";
export { fullCircuit, type FullCircuitOptions } from "./full_circuit.ts";
export {
  FullCircuit,
  type FullCircuitFacts,
  type TokenPair,
  type TokenPairs,
} from "./full_circuit_result.ts";
export { logitAttribution, type LogitAttributionOptions } from "./logit_attribution.ts";
export type { Level, Levels, Part, PartKind, PartWhere } from "./part.ts";
export { type GrowthRate, growthRate } from "./growth_rate.ts";
export type { HeadPlace } from "./head_place.ts";
export type { CompositionBaseline } from "./random_composition.ts";
export { normGeometry, type NormGeometryOptions } from "./norm_geometry.ts";
export { type NormFacts, NormGeometry, type NormPoint } from "./norm_geometry_result.ts";
export { NormGrowth, normGrowth, type NormGrowthOptions } from "./norm_growth.ts";
export { pathExpansion, type PathExpansionOptions } from "./path_expansion.ts";
export { PathExpansion, type PathFacts, type ValuedPath } from "./path_result.ts";
export type { Path } from "./path_streams.ts";
export { predictionBias, type PredictionBiasOptions } from "./prediction_bias.ts";
export {
  type PermutedCorrelation,
  PredictionBias,
  type PredictionBiasFacts,
} from "./prediction_bias_result.ts";
export { privilegedBasis, type PrivilegedBasisOptions } from "./privileged_basis.ts";
export {
  type BasisFacts,
  type BasisSite,
  type Kurtosis,
  PrivilegedBasis,
} from "./privileged_result.ts";
export { projectionKernel, type ProjectionKernelOptions } from "./projection_kernel.ts";
export {
  type ChanceOverlap,
  chanceOverlap,
  type ProjectionFacts,
  ProjectionKernel,
  type SubspaceKind,
  type SubspaceOverlap,
} from "./projection_result.ts";
export {
  residualContributions,
  type ResidualContributionsOptions,
} from "./residual_contributions.ts";
export { residualParts, type ResidualPartsOptions } from "./residual_parts.ts";
export { ResidualParts, type ResidualPartsFacts } from "./residual_parts_result.ts";
export { virtualHeads, type VirtualHeadsOptions, virtualOvCircuit } from "./virtual_heads.ts";
export { type VirtualHead, VirtualHeads } from "./virtual_result.ts";
export {
  type WeightNorm,
  WeightNorms,
  weightNorms,
  type WeightNormsOptions,
} from "./weight_norms.ts";
