/**
 * Runs: edits in, numbers out.
 *
 * @module
 */

export {
  AttentionDifference,
  attentionDifference,
  type AttentionDifferenceOptions,
} from "./attention_difference.ts";
export {
  AttentionPatterns,
  attentionPatterns,
  type AttentionPatternsOptions,
} from "./attention_patterns.ts";
export { Cache } from "./cache.ts";
export { editsCode } from "./edit_code.ts";
export { checkModel } from "./check_model.ts";
export { type CheckedLaw, checkLaws, type CheckLawsOptions, LawReport } from "./check_laws.ts";
export { CapturePreview, previewCapture } from "./capture.ts";
export { loadEdits, saveEdits } from "./edit_file.ts";
export {
  EditList,
  editList,
  type EditListOptions,
  type ListedEdit,
  type ListedNumbers,
} from "./edit_list.ts";
export type { ListedTokens, PlacedTokens } from "./touched_tokens.ts";
export {
  type Edit,
  editText,
  type Positions,
  type Range,
  type SiteName,
  type Steps,
  type Value,
  type Where,
} from "./edit.ts";
export {
  add,
  type AddEdit,
  apply,
  type ApplyEdit,
  type Coder,
  type FeatureEdit,
  freeze,
  type FreezeEdit,
  knockout,
  type KnockoutEdit,
  type KnockoutSite,
  mean,
  type MeanEdit,
  noise,
  type NoiseEdit,
  project,
  type ProjectEdit,
  replace,
  type ReplaceEdit,
  resample,
  type ResampleEdit,
  scale,
  type ScaleEdit,
  splice,
  type SpliceEdit,
  type SpliceOptions,
  swapSubspace,
  type SwapSubspaceEdit,
  zero,
  type ZeroEdit,
} from "./edits/mod.ts";
export type { GivenValue } from "./value.ts";
export { type CacheValue, ofCache, ofRun, type RunValue, type ValueWhere } from "./value_source.ts";
export type { Window, WindowMode, WindowRow } from "./window.ts";
export {
  codeOf,
  type Origin,
  originFrom,
  originOf,
  type OriginParts,
  sourceOf,
  withOrigin,
} from "./origin.ts";
export { run, type RunOptions } from "./run.ts";
export type { RunJson } from "./run_data.ts";
export { type RunNextTokensOptions, RunResult } from "./run_result.ts";
export { AnswerTest, type AnswerToken, testPrompt, type TestPromptOptions } from "./test_prompt.ts";
export {
  greatest,
  type NextToken,
  NextTokens,
  nextTokens,
  type NextTokensOptions,
  shownToken,
} from "./next_tokens.ts";
export { exampleBatches, type ExampleBatchesOptions, type Examples } from "./example_batches.ts";
export { meanOver, type MeanOverOptions, type MeansProgress } from "./mean_over.ts";
export { Means, type MeansFacts, type SiteMean } from "./means.ts";
export { loadMeans, saveMeans } from "./means_file.ts";
export * from "./metrics/mod.ts";
export type { Padding } from "./layout.ts";
export type { StartAt } from "./reach.ts";
export {
  type BeamSettings,
  type CrossProbabilities,
  generate,
  generateBeside,
  type GenerateBesideOptions,
  type GeneratedText,
  type GeneratedToken,
  type GenerateOptions,
  Generation,
  type GenerationJson,
  GenerationPair,
  type Manner,
  type StopReason,
  type Warping,
  type WrittenToken,
} from "./generation/mod.ts";
export * from "./gradients/mod.ts";
export * from "./rules/mod.ts";
export * from "./sweep/mod.ts";
export * from "./trace/mod.ts";
export type { PairAnswer } from "./pair_answers.ts";
export { PairError } from "./pair_error.ts";
export type { PairSource } from "./pair_source.ts";
export type { CharacterRange, SpanPlace } from "./pair_spans.ts";
export {
  fillTemplate,
  pairTexts,
  type SlotChange,
  type SlotValues,
  type TemplateAnswer,
  type TemplateOptions,
} from "./pair_template.ts";
export { pairsFromTemplate, type PairsFromTemplateOptions } from "./pairs_from_template.ts";
export {
  type PairDifference,
  type PairText,
  PromptPair,
  promptPair,
  type PromptPairOptions,
} from "./prompt_pair.ts";
export {
  type PairBatch,
  type PairBatchesOptions,
  type PairsFacts,
  PromptPairs,
  promptPairs,
  type PromptPairsOptions,
} from "./prompt_pairs.ts";
export type { Spans } from "./spans.ts";
export { type HeadKind, HeadPatterns, headPatterns } from "./head_patterns.ts";
export { QueryKeys, queryKeys, type QueryKeysFacts, type QueryKeysOptions } from "./query_keys.ts";
export {
  type TokenPrediction,
  TokenPredictions,
  tokenPredictions,
  type TokenPredictionsOptions,
} from "./token_predictions.ts";
