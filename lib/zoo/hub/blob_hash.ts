/**
 * Whether a file's content is what its etag says.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { givingWay } from "../../stats/mod.ts";
import type { Etag } from "./hub_names.ts";

/**
 * Computes what an etag would be for a file: its SHA-256, or the hash by which git names it.
 *
 * @param path The file.
 * @param kind Which hash.
 * @param signal Stops the reading.
 * @returns The hash in hexadecimal.
 */
export async function blobHash(
  path: string,
  kind: "sha256" | "git",
  signal?: AbortSignal,
): Promise<string> {
  using file = await Deno.open(path);
  const hash = createHash(kind === "git" ? "sha1" : "sha256");
  if (kind === "git") hash.update(`blob ${(await file.stat()).size}\0`);
  const piece = new Uint8Array(2 ** 20);
  // Reads that are answered at once let no timer in.
  const pause = givingWay(signal);
  for (;;) {
    await pause();
    const count = await file.read(piece);
    if (count === null) return hash.digest("hex");
    hash.update(piece.subarray(0, count));
  }
}

/**
 * Whether a file is the one that an etag names. An opaque etag names nothing that could be computed.
 *
 * @returns The hash that was found instead; null where it is the file.
 */
export async function wrongHash(
  path: string,
  etag: Etag,
  signal?: AbortSignal,
): Promise<string | null> {
  if (etag.kind === "opaque") return null;
  const found = await blobHash(path, etag.kind, signal);
  return found === etag.name ? null : found;
}
