/**
 * `config.json` and its like: small JSON files beside a checkpoint.
 *
 * @module
 */

import { fileURLToPath } from "node:url";
import { CheckpointError } from "./checkpoint_error.ts";
import { StoredFile } from "./stored_file.ts";
import { parseObject } from "./strict_json.ts";

/** The longest file of settings that is read: an index of some forty thousand tensors, at 64 MB of memory. */
const longest = 4 * 2 ** 20;

/**
 * Reads a file that holds one JSON object, such as `config.json`.
 *
 * @param path The file.
 * @returns The object as the file has it.
 * @throws {CheckpointError} If the file does not exist, is longer than 4 MiB, is no JSON object, or has a key twice.
 */
export function readConfig(path: string | URL): Readonly<Record<string, unknown>> {
  const file = new StoredFile(pathOf(path));
  if (file.size > longest) {
    throw new CheckpointError(file.path, `it must be at most ${longest} bytes long`, {
      current: file.size,
    });
  }
  const bytes = new Uint8Array(file.size);
  file.readInto(0, bytes);
  return parseObject(bytes, file.path, "it");
}

/** The path of a file URL, or the path itself. */
export function pathOf(path: string | URL): string {
  if (typeof path === "string") return path;
  return fileURLToPath(path);
}
