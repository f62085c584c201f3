/**
 * The files that ship with the library, wherever it was imported from.
 *
 * Beside a clone they lie on this machine. A library that was imported by an address fetches them from beside itself,
 * checks each against its SHA-256, and keeps them in the user's cache folder.
 *
 * @module
 */

import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** Where files are fetched to, and how to stop. */
export interface ShippedFilesOptions {
  /** The cache folder. @default {`innerworks` in the user's cache folder} */
  readonly cache?: string;
  /** Stops the fetching. */
  readonly signal?: AbortSignal;
}

/** Some files of one folder, each with its SHA-256 in hexadecimal. */
export type FileHashes = Readonly<Record<string, string>>;

/**
 * Finds a folder of shipped files on this machine, fetching those that are not there.
 *
 * @param folder The address of the folder, beside the library.
 * @param hashes The files with their SHA-256.
 * @param options Where to keep them.
 * @returns The path of a folder that holds the files.
 * @throws {Error} If a file cannot be fetched or is not the one that shipped.
 */
export async function shippedFiles(
  folder: URL,
  hashes: FileHashes,
  options: ShippedFilesOptions = {},
): Promise<string> {
  if (folder.protocol === "file:") return fileURLToPath(folder);
  // Named by what the files are, so that two versions of the library never share a folder.
  const key = await sha256(new TextEncoder().encode(JSON.stringify(hashes)));
  const target = join(options.cache ?? userCache(), key.slice(0, 16));
  await Deno.mkdir(target, { recursive: true });
  for (const [name, hash] of Object.entries(hashes)) {
    options.signal?.throwIfAborted();
    const path = join(target, name);
    if (await holds(path, hash)) continue;
    const bytes = await fetched(new URL(name, folder), options.signal);
    const found = await sha256(bytes);
    if (found !== hash) {
      throw new Error(
        `Cannot use ${new URL(
          name,
          folder,
        )} as its SHA-256 must be ${hash}: current value is ${found}`,
      );
    }
    // Written beside and renamed, so that two processes may fetch at once.
    const partial = await Deno.makeTempFile({ dir: target });
    await Deno.writeFile(partial, bytes);
    await Deno.rename(partial, path);
  }
  return target;
}

async function fetched(url: URL, signal?: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
  const response = await fetch(url, signal ? { signal } : {});
  if (response.ok) return new Uint8Array(await response.arrayBuffer());
  await response.body?.cancel();
  throw new Error(
    `Cannot fetch ${url} as its status must be 200: current value is ${response.status}`,
  );
}

async function holds(path: string, hash: string): Promise<boolean> {
  try {
    return await sha256(await Deno.readFile(path)) === hash;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function userCache(): string {
  const { XDG_CACHE_HOME, LOCALAPPDATA } = Deno.env.toObject();
  const base = XDG_CACHE_HOME || (Deno.build.os === "windows" && LOCALAPPDATA) ||
    join(homedir(), Deno.build.os === "darwin" ? "Library/Caches" : ".cache");
  return join(base, "innerworks");
}
