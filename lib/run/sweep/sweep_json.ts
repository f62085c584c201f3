/**
 * Sweeps as JSON, and back.
 *
 * @module
 */

import type { SweepValues } from "./sweep_values.ts";

/** A number as JSON has it: null is NaN, as JSON has none; infinities are words. */
export type JsonNumber = number | null | "Infinity" | "-Infinity";

/** A sweep as JSON. */
export interface SweepJson
  extends Omit<SweepValues, "values" | "baseline" | "reference" | "done" | "skipped"> {
  /** What this is. */
  readonly kind: "sweep";
  /** The version of the format. */
  readonly version: 1;
  /** See {@linkcode SweepValues.values}. */
  readonly values: readonly JsonNumber[];
  /** See {@linkcode SweepValues.baseline}. */
  readonly baseline: readonly JsonNumber[];
  /** See {@linkcode SweepValues.reference}. */
  readonly reference: readonly JsonNumber[] | null;
  /** See {@linkcode SweepValues.done}. */
  readonly done: readonly number[];
  /** See {@linkcode SweepValues.skipped}. */
  readonly skipped: readonly number[];
}

/** Writes a sweep as what JSON can hold; every number comes back to the bit. */
export function sweepToJson(data: SweepValues): SweepJson {
  const { values, baseline, reference, done, skipped, prompts, references, ...rest } = data;
  return {
    kind: "sweep",
    version: 1,
    ...rest,
    values: Array.from(values, toJson),
    baseline: Array.from(baseline, toJson),
    reference: reference && Array.from(reference, toJson),
    done: [...done],
    skipped: [...skipped],
    prompts: prompts.map(plainPrompt),
    references: references && references.map(plainPrompt),
  };
}

/**
 * Reads what {@linkcode sweepToJson} wrote.
 *
 * @param json The value that JSON was parsed into.
 * @returns The sweep.
 * @throws {SyntaxError} If it is something else, or its parts do not fit each other.
 */
export function sweepFromJson(json: unknown): SweepValues {
  const given = json as SweepJson;
  if (typeof json !== "object" || json === null || given.kind !== "sweep") {
    refuse('kind must be "sweep"', (json as { kind?: unknown } | null)?.kind);
  }
  if (given.version !== 1) refuse("version must be 1", given.version);
  for (const name of ["axes", "shape", "variants", "metrics", "prompts"] as const) {
    if (!Array.isArray(given[name])) refuse(`${name} must be a list`, given[name]);
  }
  const { kind: _, version: __, ...rest } = given, { metrics, examples, variants } = given;
  const sizes = given.axes.map(({ labels }) => labels.length);
  if (sizes.join() !== given.shape.join()) refuse("shape must be that of the labels", given.shape);
  const cells = sizes.reduce((product, size) => product * size, 1), row = examples * metrics.length;
  if (variants.length !== cells) refuse(`there must be ${cells} variants`, variants.length);
  const bytes = (list: readonly number[]) => Uint8Array.from(list);
  return {
    ...rest,
    values: numbers("values", given.values, cells * row),
    baseline: numbers("baseline", given.baseline, row),
    reference: given.reference && numbers("reference", given.reference, row),
    done: bytes(sized("done", given.done, cells)),
    skipped: bytes(sized("skipped", given.skipped, cells)),
    prompts: given.prompts.map(readPrompt),
    references: given.references && given.references.map(readPrompt),
  };
}

const toJson = (value: number): JsonNumber =>
  Number.isNaN(value)
    ? null
    : Number.isFinite(value)
    ? value
    : value > 0
    ? "Infinity"
    : "-Infinity";

/** A list of as many as there must be. */
function sized<T>(name: string, list: readonly T[], count: number): readonly T[] {
  if (Array.isArray(list) && list.length === count) return list;
  return refuse(`${name} must be a list of ${count} numbers`, list?.length);
}

/** Numbers as they were. */
function numbers(name: string, list: readonly JsonNumber[], count: number): Float64Array {
  return Float64Array.from(sized(name, list, count), (value) => {
    if (value === null) return NaN;
    if (typeof value === "number") return value;
    return value === "Infinity" ? Infinity : value === "-Infinity" ? -Infinity : refuse(
      `${name} must hold numbers`,
      value,
    );
  });
}

type Prompt = SweepValues["prompts"][number];

/** A prompt whose bytes JSON can hold. */
const plainPrompt = (prompt: Prompt): Prompt => ({
  ...prompt,
  tokens: prompt.tokens.map((token) => ({
    ...token,
    bytes: [...token.bytes] as unknown as Uint8Array,
  })),
});

const readPrompt = (prompt: Prompt): Prompt => ({
  ...prompt,
  tokens: prompt.tokens.map((token) => ({ ...token, bytes: Uint8Array.from(token.bytes) })),
});

function refuse(rule: string, value: unknown): never {
  throw new SyntaxError(
    `Cannot read a sweep as ${rule}: current value is ${JSON.stringify(value) ?? "undefined"}`,
  );
}
