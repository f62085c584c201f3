/**
 * The tiny checkpoints that tests of models and runs share, and how to write changed ones.
 *
 * @module
 */

import { fileURLToPath } from "node:url";
import { join } from "node:path";
import {
  loadFolder,
  openCheckpoint,
  openSafetensors,
  type Transformer,
} from "../../lib/model/mod.ts";
import type { LoadFolderOptions, StoredType } from "../../lib/model/mod.ts";
import { writeSafetensors } from "../../lib/model/mod.ts";
import { RandomStream } from "../../lib/stats/mod.ts";

/** Three families that differ in all that is old: what holds for edits, weights and passes is tested on these. */
export const FAMILIES = ["gpt2", "llama", "gpt_neox"] as const;

/** The name of one of these. */
export type FixtureName = typeof FAMILIES[number];

/** The folders of all fixtures: one decoder of each family. */
export const DECODERS: readonly string[] = [...Deno.readDirSync(fixturePath("families"))]
  .map(({ name }) => name).sort();

/** The path of a file or folder in `tests/fixtures`. */
export function fixturePath(path: string): string {
  return fileURLToPath(new URL(`../fixtures/${path}`, import.meta.url));
}

const loaded = new Map<string, Promise<Transformer>>();

/** The model of a fixture, loaded once. */
export function fixtureModel(name: string): Promise<Transformer> {
  const known = loaded.get(name) ?? loadFolder(fixturePath(`families/${name}`));
  loaded.set(name, known);
  return known;
}

/** The folder of the shipped model. */
export const SEEDLING: string = fileURLToPath(
  new URL("../../lib/zoo/models/seedling/", import.meta.url),
);

/** The shipped model, loaded once. */
export function seedling(): Promise<Transformer> {
  const known = loaded.get("seedling") ?? loadFolder(SEEDLING, { name: "seedling" });
  loaded.set("seedling", known);
  return known;
}

/** Two prompts of eleven tokens within the fixtures' vocabulary of 96. */
export const PROMPTS: readonly (readonly number[])[] = [
  [72, 70, 81, 3, 62, 76, 13, 51, 55, 71, 26],
  [62, 32, 15, 29, 95, 24, 52, 24, 44, 22, 9],
];

/** A tensor in memory. */
export interface PlainTensor {
  shape: readonly number[];
  values: Float32Array;
  dtype?: StoredType;
}

/** A checkpoint in memory, to be changed and written. */
export interface PlainCheckpoint {
  config: Record<string, unknown>;
  tensors: Map<string, PlainTensor>;
}

/** Reads the floating-point tensors of a safetensors file; integers are read as such. */
export function readTensors(file: string): Map<string, PlainTensor> {
  return new Map([...openSafetensors(file)].map(([name, stored]) => {
    const whole = /^[IUB]\d|^BOOL/.test(stored.dtype);
    const values = whole ? Float32Array.from(stored.readIntegers()) : stored.read().slice();
    return [name, { shape: stored.shape, values }];
  }));
}

/** Reads config and tensors of a folder. */
export async function readPlain(folder: string): Promise<PlainCheckpoint> {
  const { tensors } = await openCheckpoint(folder);
  return {
    config: JSON.parse(Deno.readTextFileSync(join(folder, "config.json"))),
    tensors: new Map([...tensors].map(([name, stored]) => [
      name,
      { shape: stored.shape, values: stored.read().slice() },
    ])),
  };
}

/** Reads a fixture to be changed. */
export function readFixture(name: string): Promise<PlainCheckpoint> {
  return readPlain(fixturePath(`families/${name}`));
}

/** Writes a checkpoint as one file, or as shards of so many tensors each with their index. */
export function writePlain(
  folder: string,
  { config, tensors }: PlainCheckpoint,
  { shard, dtype = "F32" }: { shard?: number; dtype?: StoredType } = {},
): void {
  Deno.writeTextFileSync(join(folder, "config.json"), JSON.stringify(config, null, 2));
  const typed = [...tensors].map(([name, tensor]) => [name, { dtype, ...tensor }] as const);
  if (shard === undefined) {
    writeSafetensors(join(folder, "model.safetensors"), new Map(typed));
    return;
  }
  const map: Record<string, string> = {};
  for (let start = 0; start < typed.length; start += shard) {
    const part = typed.slice(start, start + shard);
    const file = `model-${String(start / shard + 1).padStart(5, "0")}.safetensors`;
    writeSafetensors(join(folder, file), new Map(part));
    for (const [name] of part) map[name] = file;
  }
  const index = JSON.stringify({ metadata: { total_size: 0 }, weight_map: map });
  Deno.writeTextFileSync(join(folder, "model.safetensors.index.json"), index);
}

/** Runs a body with a folder of its own, which is removed afterwards. */
export async function withFolder<T>(body: (folder: string) => T | Promise<T>): Promise<T> {
  const folder = await Deno.makeTempDir({ prefix: "innerworks_" });
  try {
    return await body(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Writes a checkpoint, loads it, and runs a body with the model. */
export function withModel<T>(
  checkpoint: PlainCheckpoint,
  body: (model: Transformer, folder: string) => T | Promise<T>,
  options: Omit<LoadFolderOptions, "dtype"> & { shard?: number; dtype?: StoredType } = {},
): Promise<T> {
  const { shard, dtype, ...rest } = options;
  return withFolder(async (folder) => {
    writePlain(folder, checkpoint, {
      ...shard === undefined ? {} : { shard },
      ...dtype === undefined ? {} : { dtype },
    });
    const model = await loadFolder(folder, rest);
    try {
      return await body(model, folder);
    } finally {
      model.dispose();
    }
  });
}

/** A tensor of seeded normal numbers. */
export function randomTensor(
  seed: number,
  label: string,
  shape: readonly number[],
  deviation: number,
  mean = 0,
): PlainTensor {
  const random = new RandomStream(seed, label);
  const length = shape.reduce((product, size) => product * size, 1);
  return { shape, values: Float32Array.from({ length }, () => mean + deviation * random.normal()) };
}
