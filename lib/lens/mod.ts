/**
 * Lenses: what states and weights say in the words of the vocabulary, without training.
 *
 * @module
 */

export type { ActivePlace, ActivityFacts } from "./neuron_activity.ts";
export { NeuronActivity } from "./neuron_activity.ts";
export {
  type ExamplesFacts,
  type ExamplesProgress,
  NeuronExamples,
  neuronExamples,
  type NeuronExamplesOptions,
} from "./neuron_examples.ts";
export type { NeuronPlace } from "./neuron_place.ts";
export { readNeuron, type ReadNeuronOptions } from "./neuron_reading.ts";
export { NeuronReading, type NeuronReadingFacts } from "./neuron_reading_result.ts";
export type { Compared, KeyBasis, NeuronKey, NeuronValue, ReadWeights } from "./neuron_weights.ts";
export type { Gains } from "./vocabulary_basis.ts";
export type { TokenScore, VocabularyEnds } from "./vocabulary_ends.ts";
export { searchNeurons, type SearchNeuronsOptions } from "./neuron_search.ts";
export { type FoundNeuron, NeuronSearch, type NeuronSearchFacts } from "./neuron_search_result.ts";
export { type NeuronSetting, setNeurons, type SetNeuronsOptions } from "./set_neurons.ts";
export { backwardLens, type BackwardLensOptions } from "./backward_lens.ts";
export {
  BackwardLens,
  type BackwardLensFacts,
  type GradientTerm,
  type MatrixChoice,
} from "./backward_lens_result.ts";
export type { GradientFactors, NetworkMatrix } from "./gradient_factors.ts";
export { ShiftEdit, shiftEdit, type ShiftEditFacts, type ShiftEditOptions } from "./shift_edit.ts";
export type { SvdMatrix } from "./svd_matrix.ts";
export { svdReading, type SvdReadingOptions } from "./svd_reading.ts";
export type { SvdSide } from "./svd_side.ts";
export {
  type SvdDirection,
  SvdReading,
  type SvdReadingEntry,
  type SvdReadingFacts,
} from "./svd_reading_result.ts";
export { LowRank, lowRank, type LowRankFacts, type LowRankOptions } from "./low_rank.ts";
export { spectroscopy, type SpectroscopyOptions } from "./spectroscopy.ts";
export {
  type BandPart,
  type SpectralBand,
  type SpectralBasis,
  Spectrum,
  type SpectrumFacts,
} from "./spectrum.ts";
export { darkSignals, type DarkSignalsOptions } from "./dark_signals.ts";
export {
  DarkSignals,
  type DarkSignalsFacts,
  type DarkSignalsRow,
  type SignalNumbers,
} from "./dark_signals_result.ts";
export { maximalInputs, type MaximalInputsOptions } from "./maximal_inputs.ts";
export {
  type FoundPrompt,
  MaximalInputs,
  type MaximalInputsFacts,
} from "./maximal_inputs_result.ts";
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
