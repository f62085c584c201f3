/**
 * Who finds a model by its name.
 *
 * @module
 */

import { cards } from "./card.ts";
import { shippedFiles } from "./shipped_files.ts";

/** A model that a resolver found. */
export interface FoundModel {
  /** Its folder. */
  readonly folder: string | URL;
  /** What it is called. @default {the folder's name} */
  readonly name?: string;
  /** Where it is said to come from. @default {the folder as it was given} */
  readonly source?: string;
}

/** Finds the folder of a model by its name. */
export interface Resolver {
  /** What it finds, as an error lists it. */
  readonly finds: string;
  /** The folder of a name and what the model is called; null where it knows no such name. */
  resolve(
    name: string | URL,
    signal?: AbortSignal,
  ): Promise<FoundModel | null>;
}

/** Finds the models that ship with the library. */
export const shipped: Resolver = {
  finds: `the name of a shipped model (${[...cards.keys()].join(", ")})`,
  async resolve(name, signal) {
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
    try {
      return (await Deno.stat(name)).isDirectory ? { folder: name } : null;
    } catch (error) {
      if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) {
        return null;
      }
      throw error;
    }
  },
};
