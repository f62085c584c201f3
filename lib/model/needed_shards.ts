/**
 * What a model needs of its files, found out before the large ones are there.
 *
 * @module
 */

import { join } from "node:path";
import { ofContextLength } from "./context_length.ts";
import { indexFile, readConfig, readWeightMap } from "./files/mod.ts";
import { firstLayers, usesOf } from "./first_layers.ts";
import { type LoadFolderOptions, readArchitecture } from "./load_folder.ts";

/** What to load of a model, as for `loadFolder`. */
export type NeededOptions = Pick<LoadFolderOptions, "first" | "contextLength" | "ignore">;

/**
 * Checks that a folder's `config.json` describes a model that can be loaded, before its weights are there.
 *
 * @param folder The folder.
 * @param options What is to be loaded.
 * @throws {CheckpointError} If it does not; as `loadFolder` would say.
 */
export function checkConfig(folder: string, options: NeededOptions = {}): void {
  usesOfFolder(folder, options);
}

/**
 * Finds the shards that hold a weight of use.
 *
 * @param folder A folder with `config.json` and `model.safetensors.index.json`.
 * @param options What is to be loaded; with `first`, shards of later layers alone are of no use.
 * @returns The names of the shards, sorted.
 * @throws {CheckpointError} If a file is broken, or the index names a file of another folder.
 */
export function neededShards(folder: string, options: NeededOptions = {}): readonly string[] {
  const uses = usesOfFolder(folder, options);
  const map = Object.entries(readWeightMap(join(folder, indexFile)));
  return [...new Set(map.filter(([tensor]) => uses(tensor)).map(([, name]) => name))].sort();
}

function usesOfFolder(folder: string, options: NeededOptions): (tensor: string) => boolean {
  const { first, contextLength, ignore } = options;
  const file = join(folder, "config.json");
  const { family, architecture } = readArchitecture(file, readConfig(file), ignore);
  if (contextLength !== undefined) ofContextLength(architecture, contextLength);
  if (first !== undefined) firstLayers(architecture, first);
  return usesOf(family, architecture, first ?? architecture.layers);
}
