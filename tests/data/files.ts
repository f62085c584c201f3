/**
 * Files that tests read.
 *
 * @module
 */

import { pathToFileURL } from "node:url";

/** The address of a path. */
export function toFileUrl(path: string): URL {
  return pathToFileURL(path);
}

/** Runs a body with a file of its own, which is removed afterwards. */
export async function withFile<T>(
  content: string | Uint8Array,
  body: (path: string) => Promise<T>,
): Promise<T> {
  const path = await Deno.makeTempFile({ prefix: "innerworks_" });
  try {
    if (typeof content === "string") await Deno.writeTextFile(path, content);
    else await Deno.writeFile(path, content);
    return await body(path);
  } finally {
    await Deno.remove(path);
  }
}
