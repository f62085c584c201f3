/**
 * Loads a model from a folder in the format of Hugging Face.
 *
 * @module
 */

import { basename, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { startBackend } from "../tensor/mod.ts";
import { Tokenizer } from "../text/mod.ts";
import type { Architecture } from "./architecture.ts";
import { ConfigReader } from "./config_reader.ts";
import { families } from "./known_families.ts";
import { kindOfModel } from "./families/not_decoders.ts";
import type { Family } from "./family.ts";
import { CheckpointError, openCheckpoint, readConfig } from "./files/mod.ts";
import { Transformer } from "./transformer.ts";
import { resolveSlots } from "./weight_slots.ts";
import { Weights } from "./weights.ts";

/** Options for {@linkcode loadFolder}. */
export interface LoadFolderOptions {
  /** What the model is called. @default {the folder's name} */
  readonly name?: string;
  /** Where the model is said to come from. @default {the folder as it was given} */
  readonly source?: string;
  /** Fields of `config.json` that are known not to change what the model computes, though the family does not read them. */
  readonly ignore?: readonly string[];
  /** Stops the loading. */
  readonly signal?: AbortSignal;
}

/**
 * Loads a model from a folder with `config.json`, `model.safetensors` (or shards with their index) and, where text is to
 * be read, `tokenizer.json`.
 *
 * Weights stay in their file until they are used. Nothing in the folder is executed.
 *
 * @param folder The folder, as a path or a `file:` address.
 * @param options What the model is called, and fields to pass over.
 * @throws {CheckpointError} If a file is missing, broken, or does not fit the others; the error names the file and, where
 * it is about one, the tensor, and says what was expected.
 */
export async function loadFolder(
  folder: string | URL,
  options: LoadFolderOptions = {},
): Promise<Transformer> {
  const path = folder instanceof URL ? fileURLToPath(folder) : resolve(folder);
  const configFile = join(path, "config.json");
  const { family, architecture } = readArchitecture(
    configFile,
    readConfig(configFile),
    options.ignore,
  );
  const checkpoint = await openCheckpoint(path);
  options.signal?.throwIfAborted();
  const stored = resolveSlots(checkpoint, family, architecture);
  refuseContradiction(stored, architecture);
  const tokenizer = await readTokenizer(path);
  options.signal?.throwIfAborted();
  await startBackend();
  const name = options.name ?? basename(path);
  // As it was given, so that a picture made from a relative path is the same on every machine.
  const source = options.source ?? String(folder);
  return new Transformer(new Weights(architecture, family, stored), tokenizer, { name, source });
}

/** Reads the fields of a configuration by its family. */
export function readArchitecture(
  file: string,
  fields: Readonly<Record<string, unknown>>,
  ignore: readonly string[] = [],
): { family: Family; architecture: Architecture } {
  const type = fields["model_type"];
  const family = typeof type === "string" ? families.get(type) : undefined;
  const known = [...families.keys()].join(", ");
  const kind = kindOfModel(type);
  if (!family && kind !== null) {
    throw new CheckpointError(
      file,
      `model_type must be that of a decoder, one of ${known}: this is ${kind}, which cannot be read yet`,
      { current: type },
    );
  }
  if (!family) {
    throw new CheckpointError(file, `model_type must be one of ${known}`, { current: type });
  }
  const kinds = fields["architectures"] ?? [];
  const allowed = family.architectures.join(", ");
  if (!Array.isArray(kinds) || kinds.some((kind) => !family.architectures.includes(kind))) {
    throw new CheckpointError(file, `architectures must be among ${allowed}`, { current: kinds });
  }
  const reader = new ConfigReader(file, fields);
  const architecture = family.architecture(reader);
  reader.finish(family.name, family.inert, ignore);
  return { family, architecture };
}

/** A tied checkpoint may hold its unembedding all the same, as old ones do; then both must be the same matrix. */
function refuseContradiction(
  stored: ReturnType<typeof resolveSlots>,
  { tied }: Architecture,
): void {
  const own = stored.get("unembed"), embed = stored.get("embed");
  if (!tied || !own || !embed) return;
  const a = own.read(), b = embed.read();
  const bits = (values: Float32Array) =>
    new Int32Array(values.buffer, values.byteOffset, values.length);
  const x = bits(a), y = bits(b);
  for (let i = 0; i < x.length; i++) {
    if (x[i] === y[i]) continue;
    throw new CheckpointError(
      own.file,
      `it must equal "${embed.name}", to which config.json ties it: they differ from value ${i} on`,
      { tensor: own.name },
    );
  }
}

async function readTokenizer(folder: string): Promise<Tokenizer | null> {
  const file = join(folder, "tokenizer.json"), configFile = join(folder, "tokenizer_config.json");
  const tokenizer = await readJson(file), config = await readJson(configFile);
  if (tokenizer === null) return null;
  try {
    return Tokenizer.fromJson(tokenizer, config ?? undefined, { file });
  } catch (error) {
    const { message } = error as Error, start = `Cannot read ${file} as `;
    const expected = message.startsWith(start) ? message.slice(start.length) : message;
    throw new CheckpointError(file, expected, { cause: error });
  }
}

/** Reads a file that holds a JSON object and may be absent; null then. */
async function readJson(file: string): Promise<object | null> {
  let text: string;
  try {
    text = await Deno.readTextFile(file);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw new CheckpointError(file, "it must be a readable text file", {
      current: error,
      cause: error,
    });
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new CheckpointError(file, "it must be JSON", { current: error, cause: error });
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  throw new CheckpointError(file, "it must be a JSON object", { current: value });
}
