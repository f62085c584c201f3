/**
 * Edits as files: JSON that a person can read, and their tensors as safetensors beside it.
 *
 * @module
 */

import { fileURLToPath } from "node:url";
import { basename, dirname, join } from "node:path";
import { openSafetensors, writeSafetensors } from "../model/mod.ts";
import type { Edit } from "./edit.ts";
import { givenText } from "./edit_where.ts";
import { type EditsJson, EditWriter, FORMAT } from "./edit_json.ts";
import { EditReader } from "./edit_reader.ts";
import { hashed } from "./tensor_hash.ts";

/**
 * Writes edits as two files: `path`, which is JSON that a person can read, and beside it a file of the same name that
 * ends in `.safetensors` with each tensor once, under its SHA-256. Of caches and means it holds what the edits use, with
 * the counts of means.
 *
 * @param path The path or `file:` address of the JSON; it must end in `.json`.
 * @param edits The edits.
 * @throws {TypeError} If an edit holds a function, as `apply` and `splice` do.
 * @throws {RangeError} If the path ends otherwise.
 *
 * @example
 * ```ts
 * import { add, loadEdits, saveEdits, zero } from "@innerworks/innerworks";
 * const folder = await Deno.makeTempDir();
 * const edits = [zero("blocks.3.attn.z", { heads: 1 }), add("blocks.2.resid_pre", [1, 2, 3])];
 * await saveEdits(`${folder}/edits.json`, edits);
 * const again = await loadEdits(`${folder}/edits.json`);
 * if (again.length !== 2) throw new Error("not read back");
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export async function saveEdits(path: string | URL, edits: readonly Edit[]): Promise<void> {
  if (!Array.isArray(edits)) {
    throw new TypeError(
      `Cannot save edits as ${ORDER}: current second value is ${givenText(edits)}`,
    );
  }
  const json = pathOf(path), tensors = json.replace(/json$/, "safetensors");
  const writer = new EditWriter(), written: Record<string, unknown>[] = [];
  for (const edit of edits) written.push(await writer.edit(edit));
  const content: EditsJson = {
    format: FORMAT,
    tensors: writer.tensors.size > 0 ? basename(tensors) : null,
    edits: written,
    ...writer.lists,
  };
  try {
    if (writer.tensors.size > 0) writeSafetensors(tensors, writer.tensors);
    // Written beside and renamed: the file appears whole or not at all.
    await Deno.writeTextFile(`${json}.partial`, `${JSON.stringify(content, null, 2)}\n`);
    await Deno.rename(`${json}.partial`, json);
  } catch (cause) {
    if ((cause as { code?: unknown }).code !== "ENOENT") throw cause;
    throw new RangeError(
      `Cannot save edits as the folder must exist: current value is ${
        JSON.stringify(dirname(json))
      }`,
      { cause },
    );
  }
}

/** In which order `saveEdits` takes what it is given. */
const ORDER = "the path must come first and the list of edits after it: saveEdits(path, edits)";

/**
 * Reads edits that `saveEdits` wrote. Their tensors are the caller's to free; caches free themselves.
 *
 * @param path The path or `file:` address of the JSON.
 * @returns The same edits, with the same numbers.
 * @throws {SyntaxError} If the JSON is not what `saveEdits` writes; the error names the field.
 * @throws {TypeError | RangeError} If an edit is none, as for `run`.
 * @throws {CheckpointError} If the file of tensors is broken.
 */
export async function loadEdits(path: string | URL): Promise<Edit[]> {
  const json = pathOf(path), text = await Deno.readTextFile(json);
  const reader = new EditReader(json, text);
  if (reader.tensors === null) return reader.edits(new Map());
  const file = join(dirname(json), reader.tensors), stored = openSafetensors(file, { map: false });
  const tensors = new Map<
    string,
    { shape: readonly number[]; values: Float32Array | Float64Array }
  >();
  for (const [name, tensor] of stored) {
    const doubles = tensor.dtype === "F64";
    const values = doubles
      ? Float64Array.from(tensor.readDoubles())
      : Float32Array.from(tensor.read());
    const { hash } = await hashed(values, tensor.shape);
    if (hash !== name) {
      throw new SyntaxError(
        `Cannot read edits of ${json} as each tensor must be what its SHA-256 says: ${name} is not`,
      );
    }
    tensors.set(name, { shape: tensor.shape, values });
  }
  return reader.edits(tensors);
}

/** The path of the JSON. */
function pathOf(path: string | URL): string {
  const json = path instanceof URL ? fileURLToPath(path) : path;
  if (typeof json === "string" && json.endsWith(".json")) return json;
  if (Array.isArray(json)) {
    throw new TypeError(`Cannot save edits as ${ORDER}: current first value is a list`);
  }
  throw new RangeError(
    `Cannot save or read edits as their path must end in .json: current value is ${
      givenText(json)
    }`,
  );
}
