/**
 * Loads a model by name: one that ships with the library, a folder, or whatever a resolver finds.
 *
 * @module
 */

import { loadFolder, type LoadFolderOptions, type Transformer } from "../model/mod.ts";
import { drawn, type DrawnPromise, refuseUnknownOptions } from "../show/mod.ts";
import { folder, type Resolver, shipped } from "./resolvers.ts";

/** Options for {@linkcode load}. */
export interface LoadOptions extends Omit<LoadFolderOptions, "name" | "source"> {
  /** Who looks for the name, in order; the first that finds it wins. @default {shipped models, then folders} */
  readonly resolvers?: readonly Resolver[];
}

/**
 * Loads a model.
 *
 * @param name The name of a shipped model, such as `"seedling"`, or the path or `file:` address of a folder in the format
 * of Hugging Face.
 * @param options Resolvers, fields to pass over, and a signal.
 * @returns The model; the promise draws itself.
 * @throws {RangeError} If no resolver finds the name.
 * @throws {CheckpointError} If the files are broken or do not fit each other.
 *
 * @example
 * ```ts
 * import { load } from "@innerworks/innerworks";
 * const model = await load("seedling");
 * if (model.architecture.layers !== 4) throw new Error("seedling has four layers");
 * ```
 */
export function load(name: string | URL, options: LoadOptions = {}): DrawnPromise<Transformer> {
  return drawn(find(name, options));
}

async function find(name: string | URL, options: LoadOptions): Promise<Transformer> {
  refuseUnknownOptions("load a model", options, ["resolvers", "ignore", "signal"]);
  const { resolvers = [shipped, folder], ...rest } = options;
  for (const resolver of resolvers) {
    const found = await resolver.resolve(name, options.signal);
    if (!found) continue;
    const { folder, ...named } = found;
    return await loadFolder(folder, { ...rest, ...named });
  }
  throw new RangeError(
    `Cannot load ${JSON.stringify(String(name))} as it must be ${
      resolvers.map(({ finds }) => finds).join(", or ")
    }`,
  );
}
