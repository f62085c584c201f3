/**
 * What loading a model from a hub would fetch, and how much that is.
 *
 * @module
 */

import { join } from "node:path";
import { checkConfig, type NeededOptions, neededShards, noWeights } from "../../model/mod.ts";
import {
  display,
  type Document,
  drawn,
  type DrawnPromise,
  inspect,
  refuseUnknownOptions,
  table,
} from "../../show/mod.ts";
import { formatBytes } from "./format_bytes.ts";
import { HubModel, type HubOptions } from "./hub_model.ts";
import { brief, readHubName } from "./hub_names.ts";
import { extraTextFiles, olderTextFiles, textFiles } from "./model_files.ts";

/** Options for {@linkcode downloadPlan}. */
export interface DownloadPlanOptions extends HubOptions, NeededOptions {}

/** A file of a {@linkcode DownloadPlan}. */
export interface PlannedFile {
  /** The name of the file. */
  readonly name: string;
  /** Its size in bytes; NaN where the hub does not say. */
  readonly bytes: number;
  /** Whether it is in the cache. */
  readonly cached: boolean;
}

/** What loading a model from a hub needs. */
export class DownloadPlan {
  /** The id of the model. */
  readonly id: string;
  /** The commit that the files are of. */
  readonly commit: string;
  /** Where the model comes from. */
  readonly source: string;
  /** The folder that holds the files, or will. */
  readonly folder: string;
  /** The files that are needed. */
  readonly files: readonly PlannedFile[];

  /** Describes files. */
  constructor(
    { id, commit, source, folder }: Pick<DownloadPlan, "id" | "commit" | "source" | "folder">,
    files: readonly PlannedFile[],
  ) {
    this.id = id;
    this.commit = commit;
    this.source = source;
    this.folder = folder;
    this.files = files;
  }

  /** The bytes of all files; NaN where the hub does not say. */
  get bytes(): number {
    return this.files.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** The bytes of the files that are not in the cache. */
  get missing(): number {
    return this.files.reduce((sum, { bytes, cached }) => sum + (cached ? 0 : bytes), 0);
  }

  /** Draws the files. */
  [display](): Document {
    const { id, files, bytes, missing, source } = this;
    return table({
      title: `${id}: ${formatBytes(missing)} to fetch`,
      columns: [{ name: "file" }, { name: "size", align: "right" }, { name: "where" }],
      rows: files.map(({ name, bytes, cached }) => [
        name,
        formatBytes(bytes),
        cached ? "in the cache" : "to fetch",
      ]),
      caption: `${formatBytes(bytes)} in all, from ${source}.`,
    });
  }

  /** Shows the files in a terminal. */
  [inspect](): string {
    return this[display]()["text/plain"];
  }

  /** The files and their sizes. */
  toJSON(): object {
    const { id, commit, source, folder, files, bytes, missing } = this;
    return { id, commit, source, folder, files, bytes, missing };
  }
}

/**
 * Finds out what loading a model from a hub would fetch. Only its small files of settings are fetched for that: they say
 * whether the model can be loaded at all, and which shards hold weights that are needed.
 *
 * @param name The id of the model, such as `EleutherAI/pythia-70m`.
 * @param options The revision, what is to be loaded, and how to reach the hub.
 * @returns The plan; the promise draws itself.
 * @throws {HubError} If the model is not there, may not be read, or the hub does not answer.
 * @throws {CheckpointError} If the model is none that can be loaded.
 *
 * @example
 * ```ts
 * import { downloadPlan, HubError } from "@innerworks/innerworks";
 * try {
 *   // Without `offline`, what the cache lacks is asked for at the hub.
 *   const plan = await downloadPlan("EleutherAI/pythia-70m", { offline: true });
 *   console.log(plan.missing); // bytes
 * } catch (error) {
 *   if (!(error instanceof HubError)) throw error; // the cache of this machine lacks it
 * }
 * ```
 */
export function downloadPlan(
  name: string,
  options: DownloadPlanOptions = {},
): DrawnPromise<DownloadPlan> {
  return drawn(() => plan(name, options));
}

async function plan(name: string, options: DownloadPlanOptions): Promise<DownloadPlan> {
  refuseUnknownOptions("plan a download", options, [
    ...["revision", "token", "offline", "signal", "settings", "wait"],
    ...["first", "contextLength", "ignore"],
  ]);
  const read = readHubName(name);
  if (read === null) {
    throw new RangeError(
      `Cannot plan a download as its name must be that of a model on a hub, such as "EleutherAI/pythia-70m": current value is ${
        brief(name)
      }`,
    );
  }
  const { id, revision } = read;
  const model = await HubModel.open(id, { ...revision !== undefined && { revision }, ...options });
  return await planOf(model, options);
}

/** The files that say how the model's text becomes tokens. */
async function textFilesOf(model: HubModel): Promise<string[]> {
  const found: string[] = [];
  for (const file of textFiles) if (await model.has(file)) found.push(file);
  // Offline, what a cache does not say of these is no reason to refuse a model whose tokenizer it holds.
  const others = found.includes("tokenizer.json")
    ? extraTextFiles
    : [...olderTextFiles, ...extraTextFiles];
  for (const file of others) {
    if (model.online ? await model.has(file) : await model.holds(file)) found.push(file);
  }
  return found;
}

/**
 * Plans the download of a model at a commit, as {@linkcode downloadPlan} does.
 *
 * @param model The model at the commit.
 * @param needed What is to be loaded.
 */
export async function planOf(model: HubModel, needed: NeededOptions = {}): Promise<DownloadPlan> {
  const { first, contextLength, ignore } = needed;
  const config = "config.json", weights = "model.safetensors", index = `${weights}.index.json`;
  const small = { first, contextLength, ignore } as NeededOptions;
  const names = [config];
  if (!await model.has(config)) throw noWeights(model.id, await model.list());
  await model.bring(config);
  checkConfig(model.folder, small);
  if (await model.has(weights)) names.push(weights);
  else if (await model.has(index)) {
    await model.bring(index);
    names.push(index, ...neededShards(model.folder, small));
  } else throw noWeights(model.id, await model.list());
  names.push(...await textFilesOf(model));
  const files: PlannedFile[] = [];
  // So many questions at a time: a model may have hundreds of shards.
  for (let at = 0; at < names.length; at += 8) {
    files.push(
      ...await Promise.all(
        names.slice(at, at + 8).map(async (name) => ({
          name,
          bytes: await model.sizeOf(name) ?? NaN,
          cached: await model.holds(name),
        })),
      ),
    );
  }
  return new DownloadPlan(
    { id: model.id, commit: model.commit, source: model.source, folder: join(model.folder) },
    files,
  );
}
