/**
 * Checkpoints: the weights of a model in a folder, in one file or in shards with an index.
 *
 * @module
 */

import { existsSync } from "node:fs";
import { join } from "node:path";
import { CheckpointError } from "./checkpoint_error.ts";
import { pathOf, readConfig } from "./config_file.ts";
import { openSafetensors, type SafetensorsOptions } from "./safetensors.ts";
import type { StoredTensor } from "./stored_tensor.ts";
import { isObject } from "./strict_json.ts";

/** The weights of a model, still in their files. */
export interface Checkpoint {
  /** The files that hold the tensors. */
  readonly files: readonly string[];
  /** The tensors by name. */
  readonly tensors: ReadonlyMap<string, StoredTensor>;
}

const single = "model.safetensors";
const index = "model.safetensors.index.json";

/**
 * Opens the weights in a folder: `model.safetensors`, or the shards that `model.safetensors.index.json` names. Where
 * both are there, the single file is read, as in transformers. No tensor is read and no file stays open.
 *
 * @param folder The folder.
 * @param options How tensors will be read.
 * @throws {CheckpointError} If there are no such files, or a file contradicts itself or the index.
 */
// deno-lint-ignore require-await -- what reads files is async, so that a hub can answer as well
export async function openCheckpoint(
  folder: string | URL,
  options: SafetensorsOptions = {},
): Promise<Checkpoint> {
  const root = pathOf(folder);
  const file = join(root, single);
  if (existsSync(file)) return { files: [file], tensors: openSafetensors(file, options) };
  if (existsSync(join(root, index))) return openShards(root, options);
  const others = ["pytorch_model.bin", "pytorch_model.bin.index.json", "tf_model.h5", "model.gguf"]
    .filter((name) => existsSync(join(root, name)));
  throw new CheckpointError(root, `it must hold ${single} or ${index}`, {
    ...(others.length > 0 && { current: others }),
  });
}

/** Opens the shards that an index names, and holds index and shards against each other. */
function openShards(root: string, options: SafetensorsOptions): Checkpoint {
  const path = join(root, index);
  const weightMap = readConfig(path).weight_map;
  if (!isObject(weightMap)) {
    throw new CheckpointError(path, "its weight_map must be an object of file names", {
      current: weightMap,
    });
  }
  const names = new Set<string>();
  for (const [tensor, name] of Object.entries(weightMap)) {
    // A name with a folder in it could point anywhere on this machine.
    if (typeof name !== "string" || !/^[^/\\:\0]+\.safetensors$/.test(name)) {
      throw new CheckpointError(
        path,
        "its file in the weight_map must be a .safetensors file of the same folder",
        { tensor, current: name },
      );
    }
    names.add(name);
  }

  const tensors = new Map<string, StoredTensor>();
  const files: string[] = [];
  for (const name of names) {
    const file = join(root, name);
    if (!existsSync(file)) throw new CheckpointError(file, `it must exist, as ${path} names it`);
    files.push(file);
    for (const [tensor, stored] of openSafetensors(file, options)) {
      const other = tensors.get(tensor);
      if (other !== undefined) {
        throw new CheckpointError(
          file,
          `it must be in one file only, and is in ${other.file} too`,
          {
            tensor,
          },
        );
      }
      if (!Object.hasOwn(weightMap, tensor)) {
        throw new CheckpointError(file, `it must be in the weight_map of ${path}`, { tensor });
      }
      if (weightMap[tensor] !== name) {
        throw new CheckpointError(file, `it must be in ${weightMap[tensor]}, as ${path} says`, {
          tensor,
        });
      }
      tensors.set(tensor, stored);
    }
  }
  for (const tensor of Object.keys(weightMap)) {
    if (!tensors.has(tensor)) {
      throw new CheckpointError(path, `it must be in ${weightMap[tensor]}, and is not`, { tensor });
    }
  }
  return { files, tensors };
}
