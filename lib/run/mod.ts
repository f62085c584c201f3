/**
 * Runs: edits in, numbers out.
 *
 * @module
 */

export {
  AttentionPatterns,
  attentionPatterns,
  type AttentionPatternsOptions,
} from "./attention_patterns.ts";
export { Cache } from "./cache.ts";
export { CapturePreview, previewCapture } from "./capture.ts";
export {
  add,
  type AddEdit,
  apply,
  type ApplyEdit,
  type Edit,
  editText,
  type Positions,
  replace,
  type ReplaceEdit,
  resample,
  type ResampleEdit,
  scale,
  type ScaleEdit,
  type SiteName,
  type Value,
  type Where,
  zero,
  type ZeroEdit,
} from "./edit.ts";
export { run, type RunOptions } from "./run.ts";
export { RunResult } from "./run_result.ts";
export { AnswerTest, type AnswerToken, testPrompt, type TestPromptOptions } from "./test_prompt.ts";
export { type NextToken, NextTokens, nextTokens, type NextTokensOptions } from "./next_tokens.ts";
export type { Examples } from "./example_batches.ts";
export { meanOver, type MeanOverOptions, type MeansProgress } from "./mean_over.ts";
export { Means, type MeansFacts, type SiteMean } from "./means.ts";
export { loadMeans, saveMeans } from "./means_file.ts";
export * from "./metrics/mod.ts";
export type { Padding } from "./layout.ts";
export type { StartAt } from "./reach.ts";
export * from "./gradients/mod.ts";
export * from "./rules/mod.ts";
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
  GenerationPair,
  type Manner,
  type StopReason,
  type Warping,
  type WrittenToken,
} from "./generation/mod.ts";
