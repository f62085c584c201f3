/**
 * Loads a model by name: one that ships with the library, a folder, a model of a hub, or whatever a resolver finds.
 *
 * @module
 */

import { loadFolder, type LoadFolderOptions, type Transformer } from "../model/mod.ts";
import { offerNames } from "../notebook/mod.ts";
import {
  changedLetters,
  drawn,
  type DrawnPromise,
  nearestNames,
  refuseUnknownOptions,
} from "../show/mod.ts";
import { cards } from "./card.ts";
import { hub, HubError, isHubId } from "./hub/mod.ts";
import { folder, type ResolveOptions, type Resolver, shipped } from "./resolvers.ts";

/** Options for {@linkcode load}. */
export interface LoadOptions extends Omit<LoadFolderOptions, "name" | "source" | "weights"> {
  /**
   * Who looks for the name, in order; the first that finds it wins.
   *
   * @default {shipped models, then folders, then the hub}
   */
  readonly resolvers?: readonly Resolver[];
  /**
   * The branch, tag or commit of a model on a hub; a model elsewhere has none, and refuses it. The commit that it stands
   * for is kept in the model's provenance.
   *
   * @default {"main"}
   */
  readonly revision?: string;
  /**
   * What to show the hub as a proof of who asks, and no one else; false to show nothing. No error holds it.
   *
   * @default {`HF_TOKEN`, or what the login of Python's client has left on this machine}
   */
  readonly token?: string | false;
  /**
   * Whether the network stays untouched: a model of a hub must then be in the cache.
   *
   * @default {what `HF_HUB_OFFLINE` says}
   */
  readonly offline?: boolean;
}

const own = ["resolvers", "revision", "token", "offline"] as const;
const passedOn = ["ignore", "first", "contextLength", "dtype", "signal"] as const;

/**
 * Loads a model.
 *
 * A model of a hub is fetched into the cache that Python's `huggingface_hub` uses, and found there by either. Only its
 * settings, its tokenizer and the safetensors that are needed are fetched; nothing that is fetched is executed. The
 * environment variables are those of Python: see `hubSettings`. `downloadPlan` says beforehand how much it would be.
 *
 * @param name The name of a shipped model, such as `"seedling"`; the path or `file:` address of a folder in the format of
 * Hugging Face, or of a safetensors file in one; or the id of a model on a hub, such as `"EleutherAI/pythia-70m"`. Where a name means several of these, the
 * first wins: `"./name"` is always a folder, `"hf://name"` or `"hf://name@revision"` always a model of a hub.
 * @param options How much of the model to load, how to reach it, fields to pass over, and a signal.
 * @returns The model; the promise draws itself.
 * @throws {RangeError} If no resolver finds the name, it is nearly that of a shipped model, or the model has fewer layers or
 * positions than are asked for.
 * @throws {TypeError} If the name is neither text nor an address, or an option is not known.
 * @throws {HubError} If a hub does not have the model, does not show it, or does not answer.
 * @throws {CheckpointError} If the files are broken, packed, or do not fit each other.
 *
 * @example
 * ```ts
 * import { load } from "@innerworks/innerworks";
 * const model = await load("seedling");
 * if (model.architecture.layers !== 4) throw new Error("seedling has four layers");
 * ```
 */
export function load(name: string | URL, options: LoadOptions = {}): DrawnPromise<Transformer> {
  return drawn(() => find(name, options));
}

async function find(name: string | URL, options: LoadOptions): Promise<Transformer> {
  refuseUnknownOptions("load a model", options, [...own, ...passedOn]);
  if (!(name instanceof URL) && (typeof name !== "string" || name === "")) {
    throw new TypeError(
      `Cannot load a model as its name must be text, such as "seedling", or a URL: current value is ${
        name === "" ? "an empty text" : Deno.inspect(name, { depth: 0 })
      }`,
    );
  }
  const { resolvers = [shipped, folder, hub], revision, token, offline, ...rest } = options;
  const asked: ResolveOptions = {
    ...rest,
    ...revision !== undefined && { revision },
    ...token !== undefined && { token },
    ...offline !== undefined && { offline },
  };
  for (const resolver of resolvers) {
    if (resolver === hub) refuseMisspelt(name);
    const found = await resolver.resolve(name, asked).catch((error) => misspelt(name, error));
    if (!found) continue;
    if (revision !== undefined && !resolver.takesRevision) refuseRevision(name, resolver);
    const { folder, ...named } = found;
    const model = await loadFolder(folder, { ...rest, ...named });
    offerNames(`sites of ${name}`, model.match("*"));
    return model;
  }
  throw new RangeError(
    `Cannot load ${JSON.stringify(String(name))} as it must be ${
      resolvers.map(({ finds }) => finds).join(", or ")
    }`,
  );
}

/** The shipped model whose name was nearly given. */
function nearShipped(name: string): string | undefined {
  const near = nearestNames(name, [...cards.keys()])[0];
  return near && changedLetters(name, near) <= near.length / 3 ? near : undefined;
}

/** Refuses a misspelt name of a shipped model before a hub is asked for it. */
function refuseMisspelt(name: string | URL): void {
  const text = String(name), near = nearShipped(text);
  // Whoever names an organisation means the hub.
  if (near === undefined || text.includes("/")) return;
  throw new RangeError(
    `Cannot load ${
      JSON.stringify(text)
    } as it must be the name of a shipped model or of a folder: perhaps ${
      JSON.stringify(near)
    } is meant, which ships with the library; a model of a hub that is called so is "hf://${text}"`,
  );
}

/** Says beside what a hub answers that a model of the library is called nearly so. */
function misspelt(name: string | URL, error: unknown): never {
  const near = nearShipped(String(name));
  if (error instanceof HubError && near) {
    error.message += `; of the models that ship with the library, ${JSON.stringify(near)} is near`;
  }
  throw error;
}

function refuseRevision(name: string | URL, { finds }: Resolver): never {
  const text = String(name);
  const instead = isHubId(text) ? `: for a model of a hub say "hf://${text}"` : "";
  throw new RangeError(
    `Cannot load ${
      JSON.stringify(text)
    } at a revision as it must be a model that has revisions, and it is ${finds}${instead}`,
  );
}
