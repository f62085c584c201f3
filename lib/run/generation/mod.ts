/**
 * Generation: what a model writes, with edits alive in prompt and text.
 *
 * @module
 */

export { generate } from "./generate.ts";
export {
  type CrossProbabilities,
  generateBeside,
  type GenerateBesideOptions,
  GenerationPair,
} from "./generate_beside.ts";
export type { GenerateOptions, Manner, WrittenToken } from "./generate_options.ts";
export type { BeamSettings } from "./beam.ts";
export type { GeneratedToken } from "./generated_token.ts";
export { type GeneratedText, Generation, type GenerationJson } from "./generation.ts";
export type { StopReason } from "./stops.ts";
export type { Warping } from "./warp.ts";
