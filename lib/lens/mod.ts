/**
 * Lenses: what states and weights say in the vocabulary, without training.
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
export { type SearchedToken, searchNeurons, type SearchNeuronsOptions } from "./neuron_search.ts";
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
export { svdReading, type SvdReadingOptions, type SvdSide } from "./svd_reading.ts";
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
