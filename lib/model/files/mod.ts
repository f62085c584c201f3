/**
 * The files of a checkpoint.
 *
 * @module
 */

export {
  type Checkpoint,
  type CheckpointOptions,
  index as indexFile,
  noWeights,
  openCheckpoint,
  readWeightMap,
  single as weightsFile,
} from "./checkpoint.ts";
export { CheckpointError, type CheckpointErrorOptions } from "./checkpoint_error.ts";
export { readConfig } from "./config_file.ts";
export { packedFile, refusePackedConfig, refusePackedTensors } from "./packed.ts";
export { openSafetensors, type SafetensorsOptions } from "./safetensors.ts";
export { writeSafetensors, type WrittenTensor } from "./safetensors_writer.ts";
export type { StoredTensor } from "./stored_tensor.ts";
export type { StoredType } from "./stored_types.ts";
