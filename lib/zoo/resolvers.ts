/**
 * Who finds a model by its name.
 *
 * @module
 */

import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { cards } from "./card.ts";
import { isHubId } from "./hub/hub_names.ts";
import { CheckpointError, type NeededOptions, packedFile } from "../model/mod.ts";
import { shippedFiles } from "./shipped_files.ts";

/** A model that a resolver found. */
export interface FoundModel {
  /** Its folder. */
  readonly folder: string | URL;
  /** What it is called. @default {the folder's name} */
  readonly name?: string;
  /** The file of the folder that holds all weights. @default {the usual one, or shards} */
  readonly weights?: string;
  /** Where it is said to come from. @default {the folder as it was given} */
  readonly source?: string;
}

/** What a resolver may want to know beside the name; what it has no use for it passes over. */
export interface ResolveOptions extends NeededOptions {
  /** The branch, tag or commit. */
  readonly revision?: string;
  /** What to show a hub as a proof of who asks; false to show nothing. */
  readonly token?: string | false;
  /** Whether the network stays untouched. */
  readonly offline?: boolean;
  /** Stops the search. */
  readonly signal?: AbortSignal;
}

/** Finds the folder of a model by its name. */
export interface Resolver {
  /** What it finds, as an error lists it. */
  readonly finds: string;
  /** Whether what it finds has revisions; where it has none, a revision that is asked for is refused. */
  readonly takesRevision?: boolean;
  /** The folder of a name and what the model is called; null where it knows no such name. */
  resolve(name: string | URL, options?: ResolveOptions): Promise<FoundModel | null>;
}

/** Finds the models that ship with the library. */
export const shipped: Resolver = {
  finds: `the name of a shipped model (${[...cards.keys()].join(", ")})`,
  async resolve(name, { signal } = {}) {
    const card = typeof name === "string" ? cards.get(name) : undefined;
    if (!card) return null;
    const place = new URL(`./models/${card.name}/`, import.meta.url);
    const folder = await shippedFiles(place, card.files, signal ? { signal } : {});
    return { folder, name: card.name, source: "the library, with which it ships" };
  },
};

/** Finds folders. */
export const folder: Resolver = {
  finds: 'the path of a folder with a config.json, such as "./my-model"',
  async resolve(name) {
    if (name instanceof URL && name.protocol !== "file:") return null;
    const info = await look(name);
    if (info === null) return null;
    if (info.isFile) return ofFile(name instanceof URL ? fileURLToPath(name) : name);
    if (!info.isDirectory) return null;
    // What a training run left behind must not stand in the way of a model that is called the same.
    if (
      typeof name === "string" && isHubId(name) && await look(join(name, "config.json")) === null
    ) {
      throw new RangeError(
        `Cannot load ${
          JSON.stringify(name)
        } as it must mean one thing: there is a folder of this name, ` +
          `though without a config.json, and a hub may have such a model; say "./${name}" for the folder or "hf://${name}" for the hub`,
      );
    }
    return { folder: name };
  },
};

async function look(path: string | URL): Promise<Deno.FileInfo | null> {
  try {
    return await Deno.stat(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) {
      return null;
    }
    throw error;
  }
}

/** A file of weights stands for the folder that it lies in, one in a container that is not read is refused. */
function ofFile(path: string): FoundModel | null {
  const weights = basename(path), packed = packedFile([weights]);
  if (packed === null) {
    return weights.endsWith(".safetensors")
      ? { folder: dirname(path), weights, source: path }
      : null;
  }
  const expected = `it must be a folder with safetensors, and is ${packed.kind}: ${packed.instead}`;
  throw new CheckpointError(path, expected);
}
