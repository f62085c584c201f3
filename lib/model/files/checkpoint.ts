/**
 * Checkpoints: the weights of a model in a folder, in one file or in shards with an index.
 *
 * @module
 */

import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { CheckpointError } from "./checkpoint_error.ts";
import { pathOf, readConfig } from "./config_file.ts";
import { packedFile } from "./packed.ts";
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

/** What the file is called that holds all weights. */
export const single = "model.safetensors";
/** What the file is called that says which shard holds which weight. */
export const index = "model.safetensors.index.json";

/** Options for {@linkcode openCheckpoint}. */
export interface CheckpointOptions extends SafetensorsOptions {
  /** The one file of the folder to read. @default {the usual one, or shards} */
  readonly file?: string;
  /**
   * Says by a tensor's name whether it is of use. Others are left out, and a shard that holds none of use need not be
   * there.
   *
   * @default {all are of use}
   */
  readonly uses?: (tensor: string) => boolean;
}

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
  options: CheckpointOptions = {},
): Promise<Checkpoint> {
  const root = pathOf(folder);
  const { uses = () => true } = options;
  const file = join(root, options.file ?? single);
  if (options.file !== undefined || existsSync(file)) {
    const tensors = openSafetensors(file, options);
    return { files: [file], tensors: new Map([...tensors].filter(([name]) => uses(name))) };
  }
  if (existsSync(join(root, index))) return openShards(root, options);
  throw noWeights(root, existsSync(root) ? readdirSync(root) : []);
}

/**
 * The error of a folder, or a model on a hub, that has no weights that are read.
 *
 * @param place The folder or the model.
 * @param names The names of the files that it has.
 */
export function noWeights(place: string, names: readonly string[]): CheckpointError {
  const expected = `it must hold ${single} or ${index}`;
  const packed = packedFile(names);
  if (packed === null) return new CheckpointError(place, expected);
  const { name, kind, instead } = packed;
  return new CheckpointError(place, `${expected}, and holds ${kind}, ${name}: ${instead}`);
}

/**
 * Reads which shard holds which tensor.
 *
 * @param path The index.
 * @returns The name of the shard by the name of the tensor.
 * @throws {CheckpointError} If it is no index, or names a file that does not lie beside it.
 */
export function readWeightMap(path: string): Readonly<Record<string, string>> {
  const weightMap = readConfig(path).weight_map;
  if (!isObject(weightMap)) {
    throw new CheckpointError(path, "its weight_map must be an object of file names", {
      current: weightMap,
    });
  }
  for (const [tensor, name] of Object.entries(weightMap)) {
    // A name with a folder in it could point anywhere on this machine, one with controls write anything in a terminal.
    // deno-lint-ignore no-control-regex -- for that
    if (typeof name !== "string" || !/^[^/\\:\x00-\x1f\x7f]+\.safetensors$/.test(name)) {
      throw new CheckpointError(
        path,
        "its file in the weight_map must be a .safetensors file of the same folder",
        { tensor, current: name },
      );
    }
  }
  return weightMap as Readonly<Record<string, string>>;
}

/** Opens the shards that an index names, and holds index and shards against each other. */
function openShards(root: string, options: CheckpointOptions): Checkpoint {
  const path = join(root, index);
  const weightMap = readWeightMap(path);
  const { uses = () => true } = options;
  const names = new Set(
    Object.entries(weightMap).filter(([tensor]) => uses(tensor)).map(([, name]) => name),
  );
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
  for (const [tensor, name] of Object.entries(weightMap)) {
    if (names.has(name) && !tensors.has(tensor)) {
      throw new CheckpointError(path, `it must be in ${weightMap[tensor]}, and is not`, { tensor });
    }
  }
  return { files, tensors: new Map([...tensors].filter(([name]) => uses(name))) };
}
