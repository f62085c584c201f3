/**
 * Fetches one file of a hub into the cache: continued where it was cut, checked before it is put in its place, and by one
 * process at a time.
 *
 * @module
 */

import { statfs } from "node:fs/promises";
import { dirname } from "node:path";
import { givingWay } from "../../stats/mod.ts";
import { wrongHash } from "./blob_hash.ts";
import { type FileFacts, filePath, statusError } from "./file_facts.ts";
import { withFileLock } from "./file_lock.ts";
import { type HubCache, present } from "./hub_cache.ts";
import { type HubConnection, PassingTrouble } from "./hub_connection.ts";
import { HubError } from "./hub_error.ts";
import type { Etag } from "./hub_names.ts";

/** What to fetch. */
export interface FetchBlobOptions {
  /** The id of the model. */
  readonly id: string;
  /** What the hub said about the file, which it has. */
  readonly facts: FileFacts & { readonly etag: Etag };
  /** The most bytes that such a file may have. */
  readonly limit: number;
  /** Hears how many bytes of the file are there. */
  readonly hear?: (bytes: number) => void;
  /** Stops the fetching; what is there stays, to be continued. */
  readonly signal?: AbortSignal | undefined;
}

/** So many bytes more are progress: the tries are counted anew. */
const progress = 65536;
/** Fewer bytes than this while the patience lasts count as silence. */
const trickle = 1024;

/**
 * Fetches a file and puts it in its place in the snapshot.
 *
 * @throws {HubError} If it cannot be had, or what came is not what the hub said it would be.
 */
export async function fetchBlob(
  connection: HubConnection,
  cache: HubCache,
  options: FetchBlobOptions,
): Promise<void> {
  const { facts: { etag, commit, file }, hear, signal } = options;
  refuseSize(options);
  await cache.prepare(commit);
  await withFileLock(cache.lock(etag.name), async () => {
    const blob = await present(() => Deno.stat(cache.blob(etag.name)));
    if (blob === null) {
      const partial = cache.partial(etag.name);
      await new Download(connection, partial, options).complete();
      await Deno.rename(partial, cache.blob(etag.name));
    } else hear?.(blob.size);
    await cache.link(commit, file, etag.name, { isNew: blob === null });
  }, signal);
}

/** Lets one partial file grow to the whole. */
class Download {
  readonly #connection: HubConnection;
  readonly #partial: string;
  readonly #options: FetchBlobOptions;

  constructor(connection: HubConnection, partial: string, options: FetchBlobOptions) {
    this.#connection = connection;
    this.#partial = partial;
    this.#options = options;
  }

  /** Fetches what is missing, and checks the whole. */
  async complete(): Promise<void> {
    const { facts: { etag, size }, signal } = this.#options, partial = this.#partial;
    // A link could lead the bytes anywhere.
    if ((await present(() => Deno.lstat(partial)))?.isSymlink) await Deno.remove(partial);
    const begun = await lengthOf(partial);
    if (size !== null) await refuseFullDisk(partial, size - begun, this.#options);
    for (let resumed = begun > 0;; resumed = false) {
      await this.#append();
      const wrong = await wrongHash(partial, etag, signal);
      if (wrong === null) return;
      await Deno.remove(partial);
      // What was there before may have been spoilt elsewhere: once it is fetched from its beginning.
      if (resumed) continue;
      const name = etag.kind === "git" ? "git hash" : "SHA-256";
      throw refusal(this.#options, `its ${name} must be ${etag.name}: current value is ${wrong}`);
    }
  }

  /** Asks for what is missing until it is there. */
  async #append(): Promise<void> {
    let mark = await lengthOf(this.#partial);
    for (let tries = 1;; tries++) {
      try {
        return await this.#appendOnce();
      } catch (error) {
        if (!(error instanceof PassingTrouble)) throw error;
        const length = await lengthOf(this.#partial);
        if (length >= mark + progress) {
          mark = length;
          tries = 1;
        }
        await this.#connection.pause(error, tries, this.#options.signal);
      }
    }
  }

  async #appendOnce(): Promise<void> {
    const { id, facts: { file, commit, size }, signal } = this.#options, partial = this.#partial;
    const there = await lengthOf(partial);
    if (size !== null && there > size) await Deno.remove(partial);
    const from = size !== null && there > size ? 0 : there;
    if (from === size) return await Deno.writeFile(partial, new Uint8Array(), { append: true });
    const path = filePath({ id, revision: commit, file });
    const response = await this.#connection.ask({ path, from, about: { id, file }, signal });
    const start = await this.#startOf(response, from);
    if (start === null) {
      await Deno.remove(partial);
      throw again(this.#options, "it must send the part that is asked for: it did not");
    }
    await refuseLength(response, start, this.#options);
    const into = await Deno.open(partial, { write: true, create: true });
    try {
      // Only where there is something to cut: ext4 writes a file out on closing that was truncated, which takes its time.
      if (from > start) await into.truncate(start);
      await into.seek(start, Deno.SeekMode.Start);
      await this.#pour(response, into, start);
    } finally {
      into.close();
    }
  }

  /** The first byte that an answer brings; null where it is another than was asked for. */
  async #startOf(response: Response, from: number): Promise<number | null> {
    const { status, headers } = response, { id, facts: { file, commit, size } } = this.#options;
    if (status === 200) return 0; // a hub may send the whole all the same
    const range = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(headers.get("content-range") ?? "");
    // The part of what is compressed is not the part of the file.
    const fits = range !== null && encodingOf(response) === "identity" &&
      Number(range[1]) === from &&
      (size === null || range[2] === "*" || Number(range[2]) === size);
    if (status === 206 && from > 0 && fits) return from;
    await response.body?.cancel();
    if (from > 0 && (status === 206 || status === 416)) return null;
    throw statusError(response, this.#connection, { id, revision: commit, file });
  }

  /** Writes a body to a file, as long as bytes keep coming and are no more than they should be. */
  async #pour(response: Response, into: Deno.FsFile, start: number): Promise<void> {
    const { facts: { size }, limit, hear, signal } = this.#options;
    const reader = decoded(response, this.#options).getReader();
    const silence = this.#connection.settings.patience * 1000, pause = givingWay(signal);
    let length = start, before = start, silent = false;
    const watch = setInterval(() => {
      if (length - before < trickle) {
        silent = true;
        reader.cancel().catch(() => {}); // ends the read that waits
      }
      before = length;
    }, silence);
    try {
      for (;;) {
        const { done, value } = await reader.read();
        signal?.throwIfAborted();
        if (done) break;
        length += value.length;
        if (length > (size ?? limit)) {
          await into.truncate(0);
          throw tooLong(this.#options);
        }
        for (let at = 0; at < value.length;) at += await into.write(value.subarray(at));
        hear?.(length);
        await pause();
      }
    } catch (error) {
      signal?.throwIfAborted();
      // Reading fails with a TypeError where the connection broke; all else is not the hub's doing.
      if (!(error instanceof TypeError || error instanceof Deno.errors.Http)) throw error;
      throw again(
        this.#options,
        `it must send all of it: the connection broke after ${length} bytes`,
      );
    } finally {
      clearInterval(watch);
      await reader.cancel().catch(() => {});
    }
    this.#refuseEnd(length, silent);
  }

  #refuseEnd(length: number, silent: boolean): void {
    const { size } = this.#options.facts;
    if (silent) {
      throw again(this.#options, `it must keep sending: it fell silent after ${length} bytes`);
    }
    if (size !== null && length < size) {
      throw again(this.#options, `it must send all ${size} bytes: it ended after ${length}`);
    }
  }
}

/** The body as the file has it, should it come compressed though it was asked for as it is. */
function decoded(response: Response, options: FetchBlobOptions): ReadableStream<Uint8Array> {
  const body = response.body ?? new Blob().stream(), encoding = encodingOf(response);
  if (encoding === "identity") return body;
  if (encoding === "gzip" || encoding === "deflate") {
    return body.pipeThrough(new DecompressionStream(encoding));
  }
  body.cancel().catch(() => {});
  throw refusal(options, "it must come as it is, or by gzip or deflate: it does not");
}

function encodingOf({ headers }: Response): string {
  return headers.get("content-encoding")?.trim().toLowerCase() || "identity";
}

function refuseSize(options: FetchBlobOptions): void {
  const { facts: { size, etag }, limit } = options;
  if (size !== null && size > limit) throw tooLong(options, size);
  if (size !== null || etag.kind !== "opaque") return;
  throw refusal(options, "the hub must say its size or its hash: it says neither");
}

/** Refuses an answer that says another length than the one that the file has. */
async function refuseLength(
  response: Response,
  start: number,
  options: FetchBlobOptions,
): Promise<void> {
  const text = response.headers.get("content-length"), { size } = options.facts;
  // What comes compressed all the same has another length on its way.
  if (text === null || size === null || encodingOf(response) !== "identity") return;
  if (Number(text) === size - start) return;
  await response.body?.cancel();
  throw refusal(
    options,
    `the answer must have the ${size - start} bytes that are missing: its length is ${
      Number(text)
    }`,
  );
}

async function refuseFullDisk(
  partial: string,
  missing: number,
  options: FetchBlobOptions,
): Promise<void> {
  let free: number;
  try {
    const { bavail, bsize } = await statfs(dirname(partial));
    free = bavail * bsize;
  } catch {
    return; // where the system does not say, writing will
  }
  if (missing <= free) return;
  throw refusal(
    options,
    `${dirname(partial)} must have room for ${missing} bytes: ${free} are free`,
  );
}

function tooLong(options: FetchBlobOptions, size?: number): HubError {
  const { limit, facts } = options;
  const most = facts.size !== null && facts.size <= limit ? facts.size : limit;
  return refusal(
    options,
    `it must have at most ${most} bytes: ${size === undefined ? "more came" : `it has ${size}`}`,
  );
}

function again(options: FetchBlobOptions, why: string): PassingTrouble {
  return new PassingTrouble(refusal(options, why));
}

function refusal({ id, facts: { file } }: FetchBlobOptions, why: string): HubError {
  return new HubError(`Cannot fetch ${file} of ${id} as ${why}`, { id, file });
}

async function lengthOf(path: string): Promise<number> {
  return (await present(() => Deno.stat(path)))?.size ?? 0;
}
