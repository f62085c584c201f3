/**
 * The file of a sweep: its numbers so far, with marks of all that they depend on.
 *
 * @module
 */

import { renameSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { modelFingerprint, type Transformer } from "../../model/mod.ts";
import { EditWriter } from "../edit_json.ts";
import type { Metric } from "../metrics/mod.ts";
import type { SweepValues } from "./sweep_values.ts";
import type { Window } from "../window.ts";
import type { Variant } from "./variant.ts";

/** What the JSON says that it is. */
const FORMAT = "innerworks sweep 1";

/** The least time between two writings, in milliseconds. */
const INTERVAL = 1000;

/** The SHA-256 of what the numbers depend on. */
type Marks =
  & Readonly<Record<"model" | "prompts" | "variants" | "metrics", string>>
  & { readonly spans?: string };

/** What the numbers of a file must be of. */
export interface SweepFileOf {
  /** The model. */
  readonly model: Transformer;
  /** The numbers, into which those of the file are put. */
  readonly data: SweepValues;
  /** The metrics. */
  readonly metrics: readonly Metric[];
  /** The variants. */
  readonly variants: readonly (Variant | null)[];
  /** Named stretches of the prompts. */
  readonly spans?: Window["spans"];
}

/** The content of a file. */
interface SweepFileJson {
  readonly format: typeof FORMAT;
  readonly title: string;
  readonly marks: Marks;
  readonly variants: number;
  /** How many variants have their numbers. */
  readonly finished: number;
  /** Whether a call was stopped before one more of them had: those that go on begin with small batches. Left out where not. */
  readonly stuck?: boolean;
  /** Doubles and bytes of the least significant byte first, in base64. */
  readonly baseline: string;
  readonly done: string;
  readonly values: string;
}

/** A file that takes the numbers of a sweep. */
export class SweepFile {
  readonly #path: string;
  readonly #marks: Marks;
  /** How many variants had their numbers when the file was opened. */
  readonly #before: number;
  /** Whether an earlier call was stopped before one more variant had its numbers. */
  readonly stuck: boolean;
  #written = performance.now();

  /** Names the file of numbers, some of which may be there; nothing is written yet. */
  constructor(
    path: string,
    { marks, data, stuck }: {
      readonly marks: Marks;
      readonly data: SweepValues;
      readonly stuck: boolean;
    },
  ) {
    this.#path = path;
    this.#marks = marks;
    this.#before = finishedOf(data);
    this.stuck = stuck;
  }

  /** Writes the numbers, unless that was done within the last second. */
  saveOften(data: SweepValues): void {
    if (performance.now() - this.#written >= INTERVAL) this.save(data);
  }

  /** Writes the numbers; the file appears whole or not at all. */
  save(data: SweepValues): void {
    const { title, done, baseline, values } = data, finished = finishedOf(data);
    // Until something is new it is as if this call had been stopped: one that is killed cannot say so.
    const stuck = finished < done.length && (this.stuck || finished === this.#before);
    const content: SweepFileJson = {
      format: FORMAT,
      title,
      marks: this.#marks,
      variants: done.length,
      finished,
      ...stuck && { stuck },
      baseline: bytesOf(baseline).toBase64(),
      done: done.toBase64(),
      values: bytesOf(values).toBase64(),
    };
    writeFileSync(`${this.#path}.partial`, `${JSON.stringify(content, null, 2)}\n`);
    renameSync(`${this.#path}.partial`, this.#path);
    this.#written = performance.now();
  }
}

/**
 * Opens the file of a sweep and takes over what it holds.
 *
 * @param path The path or `file:` address; where nothing is there, the sweep begins anew.
 * @param of What the numbers must be of.
 * @throws {RangeError} If the file is that of another sweep.
 * @throws {SyntaxError} If it is no file of a sweep.
 * @throws {TypeError} If an edit holds a function, whose numbers no mark can tell from another's.
 */
export async function openSweepFile(path: string | URL, of: SweepFileOf): Promise<SweepFile> {
  const name = pathOf(path);
  const marks = await marksOf(of), { data } = of;
  const text = await Deno.readTextFile(name).catch((error) => {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  });
  const json = text === null ? null : readJson(name, text);
  if (json) await takeOver(name, json, marks, data);
  const file = new SweepFile(name, { marks, data, stuck: json?.stuck === true });
  file.save(data);
  return file;
}

/** How many variants have their numbers. */
const finishedOf = ({ done }: SweepValues) => done.reduce((sum, one) => sum + one, 0);

/**
 * Refuses a file in a folder that is not there, before anything is run.
 *
 * @throws {RangeError} If there is no such folder.
 */
export function refuseMissingFolder(path: string | URL): void {
  const name = pathOf(path), folder = dirname(name);
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return;
  throw new RangeError(
    `Cannot keep a sweep in ${name} as its folder must exist: there is no folder ${folder}`,
  );
}

const pathOf = (path: string | URL) => path instanceof URL ? fileURLToPath(path) : path;

/** Refuses the file of another sweep, and says what is other. */
async function refuseOther(
  name: string,
  { marks: found, variants }: SweepFileJson,
  marks: Marks,
  data: SweepValues,
): Promise<void> {
  const keys = ["model", "prompts", "spans", "variants", "metrics"] as const;
  const other = keys.find((key) => marks[key] !== found?.[key]);
  if (other === undefined) return;
  const [there, here] = [variants, data.done.length], { direction } = data;
  const turned = direction === "denoising" ? "noising" : "denoising";
  let what = other === "model" ? "model is another" : `${other} are others`;
  if (other === "variants" && there !== here) what += `, ${there} of them and not ${here}`;
  if (other === "prompts" && direction !== null) {
    const same = await promptsMark({ ...data, direction: turned, ...turnedSides(data) });
    if (same === found?.prompts) what = `direction is ${turned}, and not ${direction}`;
  }
  throw new RangeError(`Cannot go on with ${name} as it must hold this very sweep: its ${what}`);
}

const turnedSides = ({ prompts, references }: SweepValues) => ({
  prompts: references!,
  references: prompts,
});

/** Puts the numbers of a file among those of a sweep. */
async function takeOver(
  name: string,
  json: SweepFileJson,
  marks: Marks,
  data: SweepValues,
): Promise<void> {
  await refuseOther(name, json, marks, data);
  const read = (key: "baseline" | "values" | "done") => {
    const bytes = Uint8Array.fromBase64(json[key]);
    if (bytes.byteLength === data[key].byteLength) return bytes;
    throw new SyntaxError(
      `Cannot read ${name} as its ${key} must be ${
        data[key].byteLength
      } bytes: there are ${bytes.byteLength}`,
    );
  };
  const [baseline, values, done] = [read("baseline"), read("values"), read("done")];
  const own = new Float64Array(baseline.buffer);
  const far = data.baseline.findIndex((value, i) => {
    const gap = Math.abs(value - own[i]!);
    return gap > 1e-4 * Math.max(1, Math.abs(value));
  });
  if (far >= 0) {
    throw new RangeError(
      `Cannot go on with ${name} as its run without edits must give the same numbers: it gave ${
        own[far]
      }, and now it is ${data.baseline[far]}`,
    );
  }
  const stored = new Float64Array(values.buffer), size = data.baseline.length;
  done.forEach((one, index) => {
    if (!one || data.done[index]) return;
    data.values.set(stored.subarray(index * size, (index + 1) * size), index * size);
    data.done[index] = 1;
  });
}

function readJson(name: string, text: string): SweepFileJson {
  let found: Partial<SweepFileJson> | null = null;
  try {
    found = JSON.parse(text);
  } catch {
    const head = JSON.stringify({ format: FORMAT }, null, 2).slice(0, -2);
    if (text !== "" && (text.startsWith(head) || head.startsWith(text))) {
      throw new SyntaxError(
        `Cannot go on with ${name} as it must be the whole file of a sweep: it is one that is cut off, after ${text.length} characters; without it the sweep begins anew`,
      );
    }
  }
  const texts = ["baseline", "values", "done"] as const;
  if (found?.format === FORMAT && texts.every((key) => typeof found[key] === "string")) {
    return found as SweepFileJson;
  }
  throw new SyntaxError(
    `Cannot go on with ${name} as it must be the file of a sweep, whose format is ${
      JSON.stringify(FORMAT)
    }: it is ${found?.format === undefined ? "something else" : JSON.stringify(found.format)}`,
  );
}

/** The mark of which prompts are edited, and which values come from. */
function promptsMark(
  { prompts, references, direction }: Pick<SweepValues, "prompts" | "references" | "direction">,
): Promise<string> {
  const ids = (list: typeof references) => list?.map(({ ids }) => ids);
  return hashOf([direction, ids(prompts), ids(references)]);
}

/** Marks of all that the numbers of a sweep depend on. */
async function marksOf({ model, data, metrics, variants, spans }: SweepFileOf): Promise<Marks> {
  const context = { model, tokens: data.prompts };
  const writer = new EditWriter(), written: unknown[] = [];
  for (const variant of variants) {
    const edits: unknown[] = [];
    for (const edit of variant?.edits ?? []) edits.push(await writer.edit(edit));
    written.push(variant && edits);
  }
  return {
    model: await modelFingerprint(model),
    prompts: await promptsMark(data),
    ...spans ? { spans: await hashOf(spans) } : {},
    variants: await hashOf([written, writer.lists]),
    metrics: await hashOf(metrics.map((metric) => [
      metric.label,
      metric.unit,
      metric.positions(context),
      metric.vocabulary(context),
      metric.sums?.(context),
    ])),
  };
}

async function hashOf(content: unknown): Promise<string> {
  const bytes = new TextEncoder().encode(JSON.stringify(content));
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
}

/** The bytes of doubles. */
const bytesOf = ({ buffer, byteOffset, byteLength }: Float64Array) =>
  new Uint8Array(buffer, byteOffset, byteLength);
