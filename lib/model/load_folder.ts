/**
 * Loads a model from a folder in the format of Hugging Face.
 *
 * @module
 */

import { basename, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { startBackend } from "../tensor/mod.ts";
import { readTokenizer, type Tokenizer, tokenizerFiles } from "../text/mod.ts";
import type { Architecture } from "./architecture.ts";
import { ConfigReader } from "./config_reader.ts";
import { leadingRows, ofContextLength } from "./context_length.ts";
import { kindOfModel } from "./families/not_decoders.ts";
import { families } from "./known_families.ts";
import type { Family } from "./family.ts";
import {
  CheckpointError,
  openCheckpoint,
  readConfig,
  refusePackedConfig,
  refusePackedTensors,
  type StoredTensor,
} from "./files/mod.ts";
import { firstLayers, usesOf } from "./first_layers.ts";
import { roundedTensor, type RoundedType, roundedTypes } from "./rounded_tensor.ts";
import { Transformer } from "./transformer.ts";
import { resolveSlots } from "./weight_slots.ts";
import { Weights } from "./weights.ts";

/** Options for {@linkcode loadFolder}. */
export interface LoadFolderOptions {
  /** What the model is called. @default {the folder's name} */
  readonly name?: string;
  /** Where the model is said to come from. @default {the folder as it was given} */
  readonly source?: string;
  /**
   * The file of the folder that holds all weights, such as `model.fp16.safetensors`.
   *
   * @default {`model.safetensors`, or the shards of its index}
   */
  readonly weights?: string;
  /** Fields of `config.json` that are known not to change what the model computes, though the family does not read them. */
  readonly ignore?: readonly string[];
  /**
   * How many layers to load, from the first on; the final norm and the unembedding follow the last of them. Weights of
   * later layers are not read, and their shards need not be there.
   *
   * @default {all}
   */
  readonly first?: number;
  /**
   * The longest prompt, in tokens. Learned positions can only be cut; positions that are computed can also go on beyond
   * those that the model was trained on.
   *
   * @default {what config.json says}
   */
  readonly contextLength?: number;
  /**
   * What weights are rounded to when they are read: those of a 16-bit model, computed with in float32, as everything
   * here is. Left out, weights are what the file says, those of 16 bits widened exactly.
   *
   * @default {as they are stored}
   */
  readonly dtype?: RoundedType;
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
 * @param options What the model is called, fields to pass over, and how much of it to load.
 * @throws {RangeError} If the model has fewer layers or positions than are asked for.
 * @throws {CheckpointError} If a file is missing, broken, or does not fit the others; the error names the file and, where
 * it is about one, the tensor, and says what was expected.
 */
export async function loadFolder(
  folder: string | URL,
  options: LoadFolderOptions = {},
): Promise<Transformer> {
  const path = folder instanceof URL ? fileURLToPath(folder) : resolve(folder);
  const configFile = join(path, "config.json");
  refuseUnknownType(options.dtype);
  const { family, architecture: whole } = readArchitecture(
    configFile,
    readConfig(configFile),
    options.ignore,
  );
  const { first = whole.layers, contextLength } = options;
  const cut = firstLayers(whole, first);
  const architecture = contextLength === undefined ? cut : ofContextLength(cut, contextLength);
  const uses = usesOf(family, whole, first);
  const checkpoint = await openCheckpoint(path, {
    uses,
    ...options.weights !== undefined && { file: options.weights },
  });
  options.signal?.throwIfAborted();
  refusePackedTensors(checkpoint.tensors.values());
  const stored = resolveSlots(checkpoint, family, cut);
  refuseContradiction(stored, architecture);
  const tokenizer = await openTokenizer(path);
  options.signal?.throwIfAborted();
  await startBackend();
  const name = options.name ?? basename(path);
  // As it was given, so that a picture made from a relative path is the same on every machine.
  const source = options.source ?? String(folder);
  const slots = reshaped(stored, architecture, options.dtype);
  const changes = [
    ...first < whole.layers ? [`the first ${first} of ${whole.layers} layers`] : [],
    ...architecture.positions === whole.positions ? [] : [
      `a context of ${contextLength} tokens instead of ${whole.positions}`,
    ],
    ...options.dtype === undefined ? [] : [`weights rounded to ${options.dtype}`],
  ];
  return new Transformer(new Weights(architecture, family, slots), tokenizer, {
    name,
    source,
    ...changes.length > 0 && { changes },
  });
}

/** The stored tensors with the positions that are asked for, and in the type. */
function reshaped(
  stored: ReadonlyMap<string, StoredTensor>,
  { positions }: Architecture,
  dtype: RoundedType | undefined,
): ReadonlyMap<string, StoredTensor> {
  return new Map([...stored].map(([slot, tensor]) => {
    const cut = slot === "positions" && tensor.shape[0] !== positions
      ? leadingRows(tensor, positions)
      : tensor;
    return [slot, dtype === undefined ? cut : roundedTensor(cut, dtype)];
  }));
}

function refuseUnknownType(dtype: unknown): void {
  if (dtype === undefined || roundedTypes.includes(dtype as RoundedType)) return;
  throw new RangeError(
    `Cannot load a model as dtype must be ${roundedTypes.join(" or ")}, ` +
      `or be left out for weights as they are stored: current value is ${
        Deno.inspect(dtype, { depth: 0 })
      }`,
  );
}

/** Reads the fields of a configuration by its family. */
export function readArchitecture(
  file: string,
  fields: Readonly<Record<string, unknown>>,
  ignore: readonly string[] = [],
): { family: Family; architecture: Architecture } {
  // A checkpoint that was unpacked may have kept the field; its tensors are looked at all the same.
  if (!ignore.includes("quantization_config")) refusePackedConfig(file, fields);
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

/** Reads the tokenizer of a checkpoint; what is wrong with its files is wrong with the checkpoint. */
async function openTokenizer(folder: string): Promise<Tokenizer | null> {
  try {
    return await readTokenizer(folder);
  } catch (error) {
    const { message } = error as Error;
    const said = (file: string): string => `Cannot read ${file} as `;
    const file = tokenizerFiles.map((name) => join(folder, name))
      .find((file) => message.startsWith(said(file)));
    if (file === undefined) throw error;
    throw new CheckpointError(file, message.slice(said(file).length), { cause: error });
  }
}
