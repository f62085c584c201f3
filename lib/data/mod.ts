/**
 * Data: texts from files, chosen by a seed, cut into rows of tokens.
 *
 * @module
 */

export type { ChunkCounts, ChunkOptions } from "./chunk.ts";
export { givingWay } from "./give_way.ts";
export { sample, type SampleOptions } from "./sample.ts";
export {
  type DatasetFacts,
  TokenDataset,
  tokenDataset,
  type TokenizerSource,
} from "./token_dataset.ts";
export {
  jsonLines,
  type JsonLinesOptions,
  textFile,
  type TextFileOptions,
  Texts,
} from "./texts.ts";
