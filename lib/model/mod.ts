/**
 * Models: one `Transformer`, read from a checkpoint of any family that we know.
 *
 * @module
 */

export type {
  AlibiKind,
  Architecture,
  GateLimits,
  MixtureKind,
  NormKind,
  PositionKind,
  QueryKeyNorm,
  RotaryKind,
  RotaryScaling,
} from "./architecture.ts";
export { FamiliesTable, familiesTable, type FamilyRow } from "./families_table.ts";
export { families } from "./known_families.ts";
export type { AttentionNames, ExpertNames, Family, ModuleNames } from "./family.ts";
export type { ConfigReader } from "./config_reader.ts";
export {
  type Checkpoint,
  CheckpointError,
  type CheckpointErrorOptions,
  type CheckpointOptions,
  noWeights,
  openCheckpoint,
  openSafetensors,
  packedFile,
  type SafetensorsOptions,
  type StoredTensor,
  type StoredType,
  writeSafetensors,
  type WrittenTensor,
} from "./files/mod.ts";
export {
  type HeadCircuitOptions,
  keyHead,
  ovCircuit,
  ovCircuits,
  qkCircuit,
  type QkCircuitOptions,
  qkCircuits,
} from "./head_circuit.ts";
export { keysStay } from "./blocks/rotary.ts";
export { loadFolder, type LoadFolderOptions } from "./load_folder.ts";
export { checkConfig, type NeededOptions, neededShards } from "./needed_shards.ts";
export type { RoundedType } from "./rounded_tensor.ts";
export { type KeysAndValues, KeyValueCache, type PastKeys } from "./key_value_cache.ts";
export { exact as exactMechanisms, type Mechanisms } from "./mechanisms.ts";
export type { Law, LawValues } from "./law.ts";
export { laws } from "./laws.ts";
export { nobody, type Observer } from "./observer.ts";
export type { GivenSite, GivenSites, PackedRows, PackedSegment, Pass } from "./pass.ts";
export type { Prompt, PromptTokens } from "./prompt.ts";
export {
  changeOfResults,
  type HeadRows,
  headsStandAlone,
  type MixedHeads,
  mixOfHeads,
  type SomeHeads,
} from "./some_heads.ts";
export {
  centreUnembedding,
  centreWritingWeights,
  foldNorms,
  foldValueBiases,
  type ProcessingOptions,
  processWeights,
  type ProcessWeightsOptions,
  type WeightProcessing,
} from "./processing/mod.ts";
export { modelFingerprint } from "./model_fingerprint.ts";
export { lastScale, readLogits, type ReadLogitsOptions } from "./read_logits.ts";
export { plainSiteName } from "./site_names.ts";
export {
  type BlockSite,
  type BlockSites,
  blockSites,
  type ExpertSite,
  type HookName,
  type NormSite,
  outerSites,
  type Site,
  type SiteGroup,
  type SitePattern,
  type SiteTree,
} from "./sites.ts";
export { type LayerWeightName, type Provenance, Transformer } from "./transformer.ts";
export type { KeptMatrix } from "./kept_weight.ts";
export { type WeightGradient, weightGradient } from "./weight_gradient.ts";
export { weightNames } from "./weight_places.ts";
export type { NestedNumbers, WeightValue } from "./weight_value.ts";
export { Weight } from "./weight_view.ts";
export { type HeadColumns, type LinearMap, type NormWeights, Weights } from "./weights.ts";
export { withWeights } from "./with_weights.ts";
export { PromptsMark, sourceLine, type SourceLineOptions, version } from "./source_line.ts";
export { promptCode } from "./prompt_code.ts";
