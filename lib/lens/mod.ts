/**
 * Lenses: what vectors of the stream say in the words of the vocabulary, without training.
 *
 * @module
 */

export type { LensNorm } from "./lens_rows.ts";
export type { LensToken, RowReading } from "./row_reading.ts";
export type { TokenName } from "./token_ids.ts";
export { ReadOut, readOut, type ReadOutOptions, type VectorReading } from "./read_out.ts";
export type { LensEntry } from "./lens_entries.ts";
export type { LensTarget } from "./read_out.ts";
export { logitLens, type LogitLensOptions } from "./logit_lens.ts";
export { type LensFacts, LogitLens, type LogitLensReading } from "./logit_lens_result.ts";
export { LensTrajectory, type TrajectoryFacts } from "./lens_trajectory.ts";
export { attentionLens, type AttentionLensOptions } from "./attention_lens.ts";
export {
  AttentionLens,
  type AttentionLensFacts,
  type HeadReading,
  type LayerReading,
  type TokenContribution,
} from "./attention_lens_result.ts";
export {
  identityPrompt,
  type PatchLayers,
  patchscope,
  type PatchSource,
  type PatchTarget,
} from "./patchscope.ts";
export {
  type PatchedText,
  Patchscope,
  type PatchscopeFacts,
  type TargetReading,
} from "./patchscope_result.ts";
export { futureLens, type FutureLensOptions } from "./future_lens.ts";
export { FutureLens, type FutureLensFacts, type FutureReading } from "./future_lens_result.ts";
export { linearShortcut, type LinearShortcutOptions } from "./linear_shortcut.ts";
export { LinearShortcut, type LinearShortcutFacts } from "./linear_shortcut_result.ts";
export type { FittedMap } from "./paired_rows.ts";
export {
  type LabelledPrompt,
  vocabularyClasses,
  type VocabularyClassesOptions,
} from "./vocabulary_classes.ts";
export { VocabularyClasses, type VocabularyClassesFacts } from "./vocabulary_classes_result.ts";
export { embeddingGeometry, type EmbeddingGeometryOptions } from "./embedding_geometry.ts";
export {
  type CosineDistribution,
  EmbeddingGeometry,
  type EmbeddingGeometryFacts,
  type GeometryToken,
} from "./embedding_geometry_result.ts";
export { steerReadOut, type SteerReadOutOptions } from "./steer_read_out.ts";
export {
  ReadOutSteering,
  type SteeringChange,
  type SteeringFacts,
} from "./steer_read_out_result.ts";
