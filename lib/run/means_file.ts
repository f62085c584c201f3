/**
 * Means as files: what they are over as JSON, their numbers as safetensors beside it.
 *
 * @module
 */

import { drawn, type DrawnPromise } from "../show/mod.ts";
import { fileURLToPath } from "node:url";
import { basename } from "node:path";
import { openSafetensors, type Site, writeSafetensors } from "../model/mod.ts";
import { Means, type MeansFacts, type SiteMean } from "./means.ts";

/** What the JSON says that it is. */
const FORMAT = "innerworks means 1";

/**
 * Writes means as two files: `path`, which is JSON that a person can read, and beside it a file of the same name that
 * ends in `.safetensors`, with means and variances in double precision.
 *
 * @param means The means.
 * @param path The path or `file:` address of the JSON; it must end in `.json`.
 * @throws {RangeError} If the path ends otherwise.
 *
 * @example
 * ```ts
 * import { load, loadMeans, meanOver, saveMeans } from "@innerworks/innerworks";
 * const model = await load("seedling");
 * const means = await meanOver(model, ["One day.", "Two keys."], { sites: ["resid_post"] });
 * const folder = await Deno.makeTempDir();
 * await saveMeans(means, `${folder}/means.json`);
 * const again = await loadMeans(`${folder}/means.json`);
 * if (again.examples !== 2) throw new Error("not read back");
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export async function saveMeans(means: Means, path: string | URL): Promise<void> {
  const { json, tensors } = paths(path);
  const entries = means.sites.flatMap((site) => {
    const { shape, mean, variance } = means.of(site);
    return [[`${site}/mean`, mean], [`${site}/variance`, variance]].map(([name, values]) =>
      [name as string, { dtype: "F64" as const, shape, values: values as Float64Array }] as const
    );
  });
  writeSafetensors(tensors, new Map(entries));
  const text = JSON.stringify(
    { format: FORMAT, ...means.toJSON(), tensors: basename(tensors) },
    null,
    2,
  );
  // Written beside and renamed: the file appears whole or not at all.
  await Deno.writeTextFile(`${json}.partial`, `${text}\n`);
  await Deno.rename(`${json}.partial`, json);
}

/**
 * Reads means that `saveMeans` wrote.
 *
 * @param path The path or `file:` address of the JSON.
 * @returns The same means, to the last bit.
 * @throws {SyntaxError} If the JSON is not what `saveMeans` writes.
 * @throws {CheckpointError} If the file of numbers is broken.
 */
export function loadMeans(path: string | URL): DrawnPromise<Means> {
  return drawn(() => readMeans(path));
}

async function readMeans(path: string | URL): Promise<Means> {
  const { json, tensors } = paths(path);
  const { sites, ...facts } = readFacts(json, await Deno.readTextFile(json));
  const stored = openSafetensors(tensors, { map: false });
  const numbers = (name: string, shape: readonly number[]): Float64Array => {
    const tensor = stored.get(name);
    if (tensor && String(tensor.shape) === String(shape)) return tensor.readDoubles();
    throw new SyntaxError(
      `Cannot read means of ${json} as ${tensors} must hold ${JSON.stringify(name)} of shape [${
        shape.join(", ")
      }]: ${tensor ? `its shape is [${tensor.shape.join(", ")}]` : "it holds no such tensor"}`,
    );
  };
  return new Means(
    facts,
    new Map(
      Object.entries(sites).map(([site, entry]) => [
        site as Site,
        {
          ...entry,
          mean: numbers(`${site}/mean`, entry.shape),
          variance: numbers(`${site}/variance`, entry.shape),
        },
      ]),
    ),
  );
}

/** The two files. */
function paths(path: string | URL): { json: string; tensors: string } {
  const json = path instanceof URL ? fileURLToPath(path) : path;
  if (typeof json === "string" && json.endsWith(".json")) {
    return { json, tensors: json.replace(/json$/, "safetensors") };
  }
  throw new RangeError(
    `Cannot save or read means as their path must end in .json: current value is ${
      JSON.stringify(json)
    }`,
  );
}

type Written = MeansFacts & { sites: Record<string, Omit<SiteMean, "mean" | "variance">> };

/** What a field of the JSON must be. */
const FIELDS: Readonly<Record<keyof MeansFacts, (value: unknown) => boolean>> = {
  model: (value) => typeof value === "string",
  examples: isCount,
  tokens: isCount,
  byPosition: (value) => typeof value === "boolean",
  beginning: (value) => typeof value === "boolean",
  positions: (value) => value === null || isList(value, Number.isInteger),
  complete: (value) => typeof value === "boolean",
};

/** Reads and checks the JSON. */
function readFacts(file: string, text: string): Written {
  const refuse = (rule: string, value: unknown): never => {
    throw new SyntaxError(
      `Cannot read means of ${file} as ${rule}: current value is ${
        JSON.stringify(value)?.slice(0, 80)
      }`,
    );
  };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    refuse(`it must be JSON (${(error as Error).message})`, text);
  }
  if (!isObject(value) || value.format !== FORMAT) {
    refuse(`its format must be ${JSON.stringify(FORMAT)}`, isObject(value) ? value.format : value);
  }
  const { sites, ...rest } = value as Record<string, unknown>;
  for (const [name, fits] of Object.entries(FIELDS)) {
    if (!fits(rest[name])) refuse(`${name} must be what means are over`, rest[name]);
  }
  if (!isObject(sites)) refuse("sites must be an object", sites);
  for (const [site, entry] of Object.entries(sites as object)) {
    const ok = isObject(entry) && isCount(entry.count) && isList(entry.shape, isCount) &&
      isList(entry.axes, (axis) => typeof axis === "string") &&
      (entry.axes as unknown[]).length === (entry.shape as unknown[]).length;
    if (!ok) refuse(`site ${JSON.stringify(site)} must have axes, shape and count`, entry);
  }
  const facts = Object.keys(FIELDS).map((name) => [name, rest[name]]);
  return { ...Object.fromEntries(facts), sites } as Written;
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isList(value: unknown, fits: (item: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(fits);
}
