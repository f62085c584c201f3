/**
 * A model of a hub at one commit: which of its files are here, and how the others get here.
 *
 * @module
 */

import { type FileFacts, fileFacts, pageOf } from "./file_facts.ts";
import { fetchBlob } from "./fetch_blob.ts";
import { HubCache } from "./hub_cache.ts";
import { HubConnection, PassingTrouble, type Wait } from "./hub_connection.ts";
import { HubError } from "./hub_error.ts";
import { checkRevision, type Etag, isCommit } from "./hub_names.ts";
import { findToken, type HubSettings, hubSettings } from "./hub_settings.ts";
import { fileLimit, textFiles } from "./model_files.ts";

/** How to reach a hub. */
export interface HubOptions {
  /**
   * The branch, tag or commit.
   *
   * @default {"main"}
   */
  readonly revision?: string;
  /**
   * What to show the hub as a proof of who asks; false to show nothing. It is never shown to anyone else, and stands in no
   * error.
   *
   * @default {`HF_TOKEN`, or what Python's login has left on this machine}
   */
  readonly token?: string | false;
  /**
   * Whether the network stays untouched, so that all must be in the cache.
   *
   * @default {what `HF_HUB_OFFLINE` says}
   */
  readonly offline?: boolean;
  /** Stops the work. */
  readonly signal?: AbortSignal;
  /** Where hub and cache are. @default {what the environment variables say; see `hubSettings`} */
  readonly settings?: HubSettings;
  /** Waits between two tries. @default {by a timer} */
  readonly wait?: Wait;
}

/** A model of a hub at one commit. */
export class HubModel {
  /** The id. */
  readonly id: string;
  /** The branch, tag or commit that was asked for. */
  readonly revision: string;
  /** The commit that it stands for. */
  readonly commit: string;
  /** Where hub and cache are. */
  readonly settings: HubSettings;
  /** Whether the commit is only what the revision stood for when the hub last answered. */
  readonly remembered: boolean;
  readonly #cache: HubCache;
  readonly #connection: HubConnection | null;
  readonly #facts = new Map<string, FileFacts>();
  readonly #signal: AbortSignal | undefined;

  private constructor(
    at: { id: string; revision: string; commit: string; remembered: boolean },
    connection: HubConnection | null,
    { settings, signal }: { settings: HubSettings; signal: AbortSignal | undefined },
  ) {
    ({ id: this.id, revision: this.revision, commit: this.commit, remembered: this.remembered } =
      at);
    this.#cache = new HubCache(settings, at.id);
    this.settings = settings;
    this.#connection = connection;
    this.#signal = signal;
  }

  /**
   * Finds out which commit a revision stands for. Where the hub does not answer, or the network must stay untouched, it is
   * what the revision stood for when the hub last answered.
   *
   * @throws {HubError} If there is no such model or revision, it may not be read, or the hub does not answer and the cache
   * knows nothing of it.
   */
  static async open(id: string, options: HubOptions = {}): Promise<HubModel> {
    const { settings = hubSettings(), signal } = options;
    const revision = checkRevision(options.revision ?? "main");
    const cache = new HubCache(settings, id);
    const known = await cache.commitOf(revision);
    const at = (commit: string, remembered: boolean) => ({ id, revision, commit, remembered });
    if (options.offline ?? settings.offline) {
      if (known === null) {
        throw uncached({ id, settings }, `the revision ${JSON.stringify(revision)}`);
      }
      return new HubModel(at(known, !isCommit(revision)), null, { settings, signal });
    }
    const token = await findToken(options.token, settings);
    const connection = new HubConnection(settings, token, options.wait);
    // A commit never changes: what is in the cache of it needs no question.
    if (isCommit(revision)) {
      return new HubModel(at(revision, false), connection, { settings, signal });
    }
    const facts = await firstFacts(connection, { id, revision, known: known !== null }, signal);
    if (facts === null) return new HubModel(at(known!, true), null, { settings, signal });
    await cache.keepCommit(revision, facts.commit);
    const model = new HubModel(at(facts.commit, false), connection, { settings, signal });
    await model.#note(facts);
    return model;
  }

  /** The folder of the files. */
  get folder(): string {
    return this.#cache.snapshot(this.commit);
  }

  /** Where the model comes from: its page at the commit. */
  get source(): string {
    const page = pageOf(this.settings.endpoint, this.id, this.commit);
    return this.remembered ? `${page}, as the cache remembers ${this.revision}` : page;
  }

  /** Whether the hub can be asked. */
  get online(): boolean {
    return this.#connection !== null;
  }

  /** Whether a file is in the cache. */
  async holds(file: string): Promise<boolean> {
    return await this.#cache.find(this.commit, file) !== null;
  }

  /**
   * Whether the model has a file, be it in the cache or on the hub.
   *
   * @throws {HubError} If the hub cannot be asked and the cache does not say.
   */
  async has(file: string): Promise<boolean> {
    if (await this.holds(file)) return true;
    if (await this.#cache.lacks(this.commit, file)) return false;
    if (this.#connection === null) throw this.#unknown(file);
    return (await this.facts(file)).etag !== null;
  }

  /** What the hub says about a file; asked once. */
  async facts(file: string): Promise<FileFacts> {
    const known = this.#facts.get(file);
    if (known) return known;
    const connection = this.#connection;
    if (connection === null) throw this.#unknown(file);
    const about = { id: this.id, revision: this.commit, file };
    const facts = await connection.retried(
      () => fileFacts(connection, about, this.#signal),
      this.#signal,
    );
    if (facts.commit !== this.commit) {
      throw new HubError(
        `Cannot read ${file} of ${this.id} from the hub as it must be of the commit ${this.commit}: current value is ${facts.commit}`,
        { id: this.id, file },
      );
    }
    await this.#note(facts);
    return facts;
  }

  /** The size of a file that the model has; null where the hub does not say. */
  async sizeOf(file: string): Promise<number | null> {
    const path = await this.#cache.find(this.commit, file);
    return path === null ? (await this.facts(file)).size : (await Deno.stat(path)).size;
  }

  /**
   * Brings a file into the cache if it is not there.
   *
   * @param file A file that the model has.
   * @param hear Hears how many bytes of it are there.
   * @throws {HubError} If the model has no such file, or it cannot be had.
   */
  async bring(file: string, hear?: (bytes: number) => void): Promise<void> {
    if (await this.holds(file)) return;
    if (this.#connection === null) throw this.#unknown(file);
    const facts = await this.facts(file), { etag } = facts;
    if (etag === null) {
      throw new HubError(
        `Cannot load ${this.id} from the hub as it must have ${file}: it has not, at the commit ${this.commit}`,
        { id: this.id, file, status: 404 },
      );
    }
    await fetchBlob(this.#connection, this.#cache, {
      id: this.id,
      facts: { ...facts, etag },
      limit: fileLimit(file),
      signal: this.#signal,
      ...hear && { hear },
    });
  }

  /** The names of all files of the model, where the hub lists them; for errors. */
  async list(): Promise<readonly string[]> {
    const connection = this.#connection;
    if (connection === null) return [];
    const about = { id: this.id };
    const path = `/api/models/${this.id}/revision/${this.commit}`;
    try {
      const response = await connection.ask({ path, about, signal: this.#signal });
      const text = response.ok ? await shortText(response) : (await response.body?.cancel(), "{}");
      const { siblings } = JSON.parse(text) as { siblings?: unknown };
      return (Array.isArray(siblings) ? siblings : []).map((file) => file?.rfilename)
        // deno-lint-ignore no-control-regex -- they could write anything in a terminal
        .filter((name) => typeof name === "string" && !/[\x00-\x1f\x7f]/.test(name));
    } catch {
      this.#signal?.throwIfAborted();
      return []; // the list only makes an error say more
    }
  }

  async #note(facts: FileFacts & { etag: Etag | null }): Promise<void> {
    this.#facts.set(facts.file, facts);
    if (facts.etag === null) await this.#cache.keepAbsence(facts.commit, facts.file);
  }

  #unknown(file: string): HubError {
    const error = uncached(this, `${file} of the commit ${this.commit}`, file);
    if (!textFiles.includes(file)) return error;
    // Whoever fetched the rest may not have wanted to read text.
    return new HubError(`${error.message}, or load the folder ${this.folder} as it is`, error);
  }
}

/** Asks about the first file. Null where the hub does not answer and need not, as the cache knows the commit. */
async function firstFacts(
  connection: HubConnection,
  at: { id: string; revision: string; known: boolean },
  signal: AbortSignal | undefined,
): Promise<FileFacts | null> {
  const ask = () => fileFacts(connection, { ...at, file: "config.json" }, signal);
  if (!at.known) return await connection.retried(ask, signal);
  try {
    return await ask();
  } catch (error) {
    if (error instanceof PassingTrouble) return null;
    throw error;
  }
}

function uncached(
  { id, settings: { cache } }: { id: string; settings: HubSettings },
  what: string,
  file?: string,
): HubError {
  return new HubError(
    `Cannot load ${id} without the hub as ${what} must be in the cache ${cache}: it is not; load it once with a connection`,
    { id, ...file === undefined ? { absent: true } : { file } },
  );
}

/** Reads a body of at most 4 MiB. */
async function shortText(response: Response): Promise<string> {
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  for await (const piece of response.body ?? []) {
    length += piece.length;
    if (length > 4 * 2 ** 20) throw new RangeError("a longer list than any model has");
    pieces.push(piece);
  }
  return await new Blob(pieces).text();
}
