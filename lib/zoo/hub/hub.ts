/**
 * Finds models on a hub.
 *
 * @module
 */

import { Progress, type ProgressOutput } from "../../notebook/mod.ts";
import type { FoundModel, ResolveOptions, Resolver } from "../resolvers.ts";
import { type DownloadPlan, planOf } from "./download_plan.ts";
import { HubError } from "./hub_error.ts";
import { HubModel, type HubOptions } from "./hub_model.ts";
import { brief, readHubName } from "./hub_names.ts";
import { hubSettings } from "./hub_settings.ts";

/** Options for {@linkcode hubResolver}. */
export interface HubResolverOptions extends Pick<HubOptions, "settings" | "wait"> {
  /** Where progress is shown. @default {in the notebook's cell, or in a terminal} */
  readonly output?: ProgressOutput;
}

/**
 * Makes a resolver that finds models on a hub. `hub` is the one that reads the environment variables.
 *
 * @param options Where hub and cache are, and where progress is shown.
 *
 * @example
 * ```ts
 * import { hubResolver, hubSettings } from "@innerworks/innerworks";
 * const settings = { ...hubSettings(), cache: "models", patience: 60 };
 * const mine = hubResolver({ settings }); // load(name, { resolvers: [mine] })
 * if (await mine.resolve("./a-folder") !== null) throw new Error("no name of a hub");
 * ```
 */
export function hubResolver(options: HubResolverOptions = {}): Resolver {
  return {
    finds: 'the id of a model on a hub, such as "EleutherAI/pythia-70m"',
    takesRevision: true,
    resolve: (name, asked = {}) => find(String(name), asked, options),
  };
}

/** Finds models on the hub that `HF_ENDPOINT` names, and keeps them in the cache that Python's client keeps them in. */
export const hub: Resolver = hubResolver();

async function find(
  name: string,
  asked: ResolveOptions,
  options: HubResolverOptions,
): Promise<FoundModel | null> {
  const read = readHubName(name);
  if (read === null) return null;
  const { settings = hubSettings(), wait, output } = options;
  if (read.revision !== undefined && (asked.revision ?? read.revision) !== read.revision) {
    throw new RangeError(
      `Cannot load ${
        brief(name)
      } as the option revision must be the revision of its name: current value is ${
        brief(asked.revision)
      }`,
    );
  }
  const revision = asked.revision ?? read.revision;
  const { token, offline, signal } = asked;
  const model = await explained(read.explicit, () =>
    HubModel.open(read.id, {
      settings,
      ...wait && { wait },
      ...revision !== undefined && { revision },
      ...token !== undefined && { token },
      ...offline !== undefined && { offline },
      ...signal && { signal },
    }));
  const plan = await planOf(model, asked);
  await bringAll(model, plan, output);
  return { folder: plan.folder, name: read.id, source: plan.source };
}

/** Says of a name that a hub does not know that it is nothing else either, as it may have been meant to be. */
async function explained<T>(explicit: boolean, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (explicit || !(error instanceof HubError && error.absent)) throw error;
    throw new HubError(
      `${error.message}; nor does a model of this name ship with the library, nor is there such a folder`,
      error,
    );
  }
}

/** Brings all files of a plan into the cache, with progress. */
async function bringAll(
  model: HubModel,
  { id, files }: DownloadPlan,
  output: ProgressOutput | undefined,
): Promise<void> {
  const missing = files.filter(({ cached }) => !cached);
  if (missing.length === 0) return;
  const megabyte = 1e6;
  const sizes = missing.map(({ bytes }) => Number.isNaN(bytes) ? 0 : bytes);
  const total = Math.max(1, Math.ceil(sizes.reduce((sum, size) => sum + size, 0) / megabyte));
  const shown = model.settings.progress ? output : { show: () => {} };
  using progress = new Progress(`Fetching ${id}, MB`, total, shown ? { output: shown } : {});
  let done = 0;
  const hear = (bytes: number) => {
    // The last step is taken at the end, when all is checked; a file that is fetched again takes none back.
    const count = Math.min(Math.floor(bytes / megabyte), total - 1);
    if (count > progress.count) progress.advance(count - progress.count);
  };
  for (const [index, { name }] of missing.entries()) {
    await model.bring(name, (bytes) => hear(done + bytes));
    done += sizes[index]!;
  }
  progress.advance(total - progress.count);
}
