/**
 * Data: texts from files, chosen by a seed, cut into rows of tokens.
 *
 * @module
 */

export {
  type ChunkCounts,
  type Chunking,
  type ChunkOptions,
  chunkTokens,
  type TokenizerSource,
} from "./chunk_tokens.ts";
export { sampleOf, type SampleOfOptions } from "./sample_of.ts";
export { type DatasetFacts, TokenDataset, tokenDataset } from "./token_dataset.ts";
export {
  jsonLines,
  type JsonLinesOptions,
  textFile,
  type TextFileOptions,
  Texts,
} from "./texts.ts";
