/**
 * The cache of a model in the layout of Python's `huggingface_hub`, so that both read what either wrote:
 *
 * ```text
 * models--EleutherAI--pythia-70m/
 *   blobs/<etag>                      the files, each once
 *   refs/<revision>                   the commit that a branch or tag stood for
 *   snapshots/<commit>/config.json    a link to ../../blobs/<etag>
 *   .no_exist/<commit>/<file>         an empty file: the commit has no such file
 * .locks/models--EleutherAI--pythia-70m/<etag>.lock
 * ```
 *
 * @module
 */

import { dirname, join, relative, sep } from "node:path";
import { HubError } from "./hub_error.ts";
import { brief, isCommit } from "./hub_names.ts";
import type { HubSettings } from "./hub_settings.ts";

/** What a folder says to programs that make backups. */
const cacheTag = "Signature: 8a477f597d28d172789f06886806bc55\n" +
  "# This file is a cache directory tag created by huggingface_hub.\n" +
  "# For information about cache directory tags, see:\n" +
  "#\thttps://bford.info/cachedir/\n";

/** Finds and keeps the files of one model. Ids, revisions, commits and etags must have been checked. */
export class HubCache {
  /** The folder of the model. */
  readonly folder: string;
  readonly #id: string;
  readonly #settings: HubSettings;

  /** Touches nothing. */
  constructor(settings: HubSettings, id: string) {
    this.#settings = settings;
    this.#id = id;
    this.folder = join(settings.cache, this.#name);
  }

  get #name(): string {
    return ["models", ...this.#id.split("/")].join("--");
  }

  /** The folder of a commit's files. */
  snapshot(commit: string): string {
    return join(this.folder, "snapshots", commit);
  }

  /** Where the content of an etag lies. */
  blob(etag: string): string {
    return join(this.folder, "blobs", etag);
  }

  /** Where the content of an etag grows while it is fetched. */
  partial(etag: string): string {
    return `${this.blob(etag)}.incomplete`;
  }

  /** The lock of an etag. */
  lock(etag: string): string {
    return join(this.#settings.cache, ".locks", this.#name, `${etag}.lock`);
  }

  /**
   * The commit that a revision stood for when it was last asked about; null where it never was.
   *
   * @throws {HubError} If the cache holds something else than a commit there.
   */
  async commitOf(revision: string): Promise<string | null> {
    if (isCommit(revision)) return revision;
    const file = join(this.folder, "refs", revision);
    const text = await present(() => Deno.readTextFile(file));
    if (text === null) return null;
    if (isCommit(text.trim())) return text.trim();
    throw this.#broken(file, "must hold the name of a commit", brief(text));
  }

  /** Keeps what a revision stands for, for the day that the hub does not answer; a cache that cannot be written to keeps nothing. */
  async keepCommit(revision: string, commit: string): Promise<void> {
    if (revision === commit || await this.commitOf(revision).catch(() => null) === commit) return;
    await unlessReadOnly(async () => {
      const file = join(this.folder, "refs", revision);
      await Deno.mkdir(dirname(file), { recursive: true });
      await this.#tag();
      const partial = `${file}.${crypto.randomUUID().slice(0, 8)}.tmp`;
      await Deno.writeTextFile(partial, commit);
      await Deno.rename(partial, file);
    });
  }

  /**
   * Where a file of a commit lies in the cache; null where it is not there.
   *
   * @throws {HubError} If it is a link that leads out of the cache, or no file.
   */
  async find(commit: string, file: string): Promise<string | null> {
    const path = join(this.snapshot(commit), file);
    const target = await present(() => Deno.realPath(path));
    if (target === null) return null;
    await this.#refuseOutside(path, target);
    if ((await Deno.stat(target)).isFile) return path;
    throw this.#broken(path, "must be a file", "a folder or a device");
  }

  /** Whether the commit is known to have no such file. */
  async lacks(commit: string, file: string): Promise<boolean> {
    return await present(() => Deno.stat(join(this.folder, ".no_exist", commit, file))) !== null ||
      await this.#isUnlisted(commit, file);
  }

  /** Keeps that the commit has no such file; a cache that cannot be written to keeps nothing. */
  async keepAbsence(commit: string, file: string): Promise<void> {
    await unlessReadOnly(async () => {
      const path = join(this.folder, ".no_exist", commit, file);
      await Deno.mkdir(dirname(path), { recursive: true });
      await Deno.writeTextFile(path, "");
    });
  }

  /**
   * Makes the folders that a blob is fetched into.
   *
   * @throws {HubError} If the cache cannot be written to, or they are links that lead out of it.
   */
  async prepare(commit: string): Promise<void> {
    try {
      for (const folder of [join(this.folder, "blobs"), this.snapshot(commit)]) {
        await Deno.mkdir(folder, { recursive: true });
        await this.#refuseOutside(folder, await Deno.realPath(folder));
      }
      await this.#tag();
    } catch (error) {
      if (!isReadOnly(error)) throw error;
      throw new HubError(
        `Cannot fetch ${this.#id} as the cache ${this.#settings.cache} must be one that can be written to: it is not; set HF_HUB_CACHE to another folder`,
        { id: this.#id },
      );
    }
  }

  /**
   * Puts a file of a commit in its place: as a link to its blob or, where links cannot be made or are not wanted, as the
   * blob itself if it has just been fetched, or as a copy of it.
   *
   * @param isNew Whether the blob has just been fetched, so that nothing else leads to it.
   */
  async link(
    commit: string,
    file: string,
    etag: string,
    { isNew }: { isNew: boolean },
  ): Promise<void> {
    const path = join(this.snapshot(commit), file), blob = this.blob(etag);
    if (await present(() => Deno.stat(path)) !== null) return;
    const partial = `${path}.${crypto.randomUUID().slice(0, 8)}.tmp`;
    if (this.#settings.links && await linked(relative(dirname(path), blob), partial)) {
      return await Deno.rename(partial, path); // over a link that leads nowhere, too
    }
    if (isNew) return await Deno.rename(blob, path);
    await Deno.copyFile(blob, partial);
    await Deno.rename(partial, path);
  }

  /** Whether Python's list of all files of the commit is there and lacks the file. */
  async #isUnlisted(commit: string, file: string): Promise<boolean> {
    const text = await present(() =>
      Deno.readTextFile(join(this.folder, "trees", `${commit}.json`))
    );
    if (text === null) return false;
    try {
      const { format_version, files } = JSON.parse(text);
      return format_version === 1 && typeof files === "object" && files !== null &&
        !Object.hasOwn(files, file);
    } catch {
      return false; // a list that cannot be read says nothing, as if it were not there
    }
  }

  /** Refuses a link that leads elsewhere than into the cache, or into the folder of the model, which may be linked. */
  async #refuseOutside(path: string, target: string): Promise<void> {
    const homes = [this.#settings.cache, this.folder].map((home) => Deno.realPath(home));
    if ((await Promise.all(homes)).some((home) => isInside(home, target))) return;
    throw this.#broken(path, "must lead to a place in the cache", JSON.stringify(target));
  }

  async #tag(): Promise<void> {
    const path = join(this.#settings.cache, "CACHEDIR.TAG");
    try {
      await Deno.writeTextFile(path, cacheTag, { createNew: true });
    } catch (error) {
      if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
    }
  }

  #broken(path: string, must: string, found: string): HubError {
    return new HubError(
      `Cannot load ${this.#id} from the cache as ${path} ${must}: current value is ${found}`,
      { id: this.#id },
    );
  }
}

/** Whether a path lies below a folder; both without links. */
function isInside(folder: string, path: string): boolean {
  return path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}

/** Makes a link; false where the system cannot. */
async function linked(target: string, path: string): Promise<boolean> {
  try {
    await Deno.symlink(target, path, { type: "file" });
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) throw error;
    return false; // Windows without the right to, drives without links
  }
}

/** Does what may be left undone where nothing can be written, as in a cache that many machines share. */
async function unlessReadOnly(write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (error) {
    if (!isReadOnly(error)) throw error;
  }
}

function isReadOnly(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return error instanceof Deno.errors.PermissionDenied || code === "EROFS" || code === "EPERM";
}

/** What a look at a file brings; null where there is none. */
export async function present<T>(look: () => Promise<T>): Promise<T | null> {
  try {
    return await look();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) {
      return null;
    }
    throw error;
  }
}
