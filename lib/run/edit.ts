/**
 * Edits: what changes a run, as plain values that say where and what.
 *
 * @module
 */

import type { tf } from "../tensor/mod.ts";
import type { HookName, Site } from "../model/mod.ts";
import type { Cache } from "./cache.ts";

/** Some positions: one, several, or a range whose end is not included; negative ones count from the prompt's end. */
export type Positions = number | readonly number[] | {
  readonly from?: number;
  readonly to?: number;
};

/** Which part of a site an edit touches; what is left out is touched whole. */
export interface Where {
  /** The heads; of keys and values, the key heads. */
  readonly heads?: number | readonly number[];
  /** The neurons. */
  readonly neurons?: number | readonly number[];
  /** The positions; at scores and pattern, those of the query. */
  readonly positions?: Positions;
  /** The positions of the key, at scores and pattern only. */
  readonly keys?: Positions;
  /** The rows of the batch. */
  readonly examples?: number | readonly number[];
}

/** The name of a site, in our spelling or TransformerLens's. */
export type SiteName = Site | HookName;

/** Numbers for an edit: a tensor, one number, or rows of numbers. */
export type Value = tf.Tensor | number | ArrayLike<number> | NestedNumbers;

/** Rows of numbers, or rows of rows. */
export type NestedNumbers = readonly (number | NestedNumbers)[];

/** Puts zeros. */
export interface ZeroEdit extends Where {
  /** What is done. */
  readonly kind: "zero";
  /** The site. */
  readonly at: SiteName;
}

/** Puts a value in the place of what the run computed. */
export interface ReplaceEdit extends Where {
  /** What is done. */
  readonly kind: "replace";
  /** The site. */
  readonly at: SiteName;
  /** What is put there; missing leading axes are repeated. */
  readonly value: Value;
}

/** Adds a value, such as a direction of the stream. */
export interface AddEdit extends Where {
  /** What is done. */
  readonly kind: "add";
  /** The site. */
  readonly at: SiteName;
  /** What is added; missing leading axes are repeated. */
  readonly value: Value;
  /** The factor of the value. */
  readonly scale: number;
}

/** Multiplies by a number. */
export interface ScaleEdit extends Where {
  /** What is done. */
  readonly kind: "scale";
  /** The site. */
  readonly at: SiteName;
  /** The factor. */
  readonly factor: number;
}

/** Puts what the same site held in another run, or in other rows of this batch. */
export interface ResampleEdit extends Where {
  /** What is done. */
  readonly kind: "resample";
  /** The site. */
  readonly at: SiteName;
  /** The cache of the other run, or the seed that deals out this batch's other rows. */
  readonly source: Cache | { readonly seed: number };
}

/** Runs a function on the touched part alone. */
export interface ApplyEdit extends Where {
  /** What is done. */
  readonly kind: "apply";
  /** The site. */
  readonly at: SiteName;
  /** Takes the touched part, its axes in the site's order, and returns what takes its place, of the same shape. */
  readonly change: (part: tf.Tensor) => tf.Tensor;
}

/** One change of a run. Edits of one site are made in the order given. */
export type Edit = ZeroEdit | ReplaceEdit | AddEdit | ScaleEdit | ResampleEdit | ApplyEdit;

/**
 * Makes an edit that puts zeros.
 *
 * @example
 * ```ts
 * import { zero } from "@innerworks/innerworks";
 * const edit = zero("blocks.3.attn.z", { heads: [1, 5] });
 * if (edit.kind !== "zero") throw new Error("not an edit that zeroes");
 * ```
 */
export function zero(at: SiteName, where: Where = {}): ZeroEdit {
  return { kind: "zero", at, ...where };
}

/** Makes an edit that puts a value in the place of what the run computed. */
export function replace(at: SiteName, value: Value, where: Where = {}): ReplaceEdit {
  return { kind: "replace", at, value, ...where };
}

/**
 * Makes an edit that adds a value, times a scale.
 *
 * @throws {RangeError} If the scale is not finite.
 */
export function add(at: SiteName, value: Value, where: Where & { scale?: number } = {}): AddEdit {
  const { scale = 1, ...rest } = where;
  return { kind: "add", at, value, scale: finite(scale, "scale"), ...rest };
}

/**
 * Makes an edit that multiplies by a number.
 *
 * @throws {RangeError} If the factor is not finite.
 */
export function scale(at: SiteName, factor: number, where: Where = {}): ScaleEdit {
  return { kind: "scale", at, factor: finite(factor, "factor"), ...where };
}

/**
 * Makes an edit that puts what the same site held in another run, or, from a seed, in other rows of this batch: each row
 * gets another's, none its own.
 */
export function resample(
  at: SiteName,
  source: Cache | { readonly seed: number },
  where: Where = {},
): ResampleEdit {
  return { kind: "resample", at, source, ...where };
}

/** Makes an edit that runs a function on the touched part; it must be synchronous. */
export function apply(
  at: SiteName,
  change: (part: tf.Tensor) => tf.Tensor,
  where: Where = {},
): ApplyEdit {
  return { kind: "apply", at, change, ...where };
}

/** What an edit of each kind must say beside where. */
const FIELDS: Readonly<Record<string, readonly string[]>> = {
  zero: [],
  replace: ["value"],
  add: ["value", "scale"],
  scale: ["factor"],
  resample: ["source"],
  apply: ["change"],
};

const WHERE = ["heads", "neurons", "positions", "keys", "examples"];

/**
 * Checks that an edit says what its kind needs and nothing that nobody would read, such as `head` for `heads`: the kernel
 * of a notebook does not check types.
 *
 * @throws {TypeError} If it does not.
 */
export function checkEdit(edit: Edit): void {
  const { kind } = edit ?? {};
  const needed = typeof kind === "string" && Object.hasOwn(FIELDS, kind) ? FIELDS[kind] : undefined;
  if (!needed) {
    throw new TypeError(
      `Cannot make an edit as its kind must be one of ${
        Object.keys(FIELDS).join(", ")
      }: current value is ${kind}`,
    );
  }
  const text = `${kind} ${edit.at}`;
  const known = ["kind", "at", ...needed, ...WHERE];
  const strange = Object.keys(edit).find((name) => !known.includes(name));
  if (strange !== undefined) {
    throw new TypeError(
      `Cannot ${text} as an edit says where by ${WHERE.join(", ")} alone: it has ${strange}`,
    );
  }
  const absent = needed.find((name) => (edit as unknown as Record<string, unknown>)[name] == null);
  if (absent !== undefined) {
    throw new TypeError(`Cannot ${text} as the edit must have a ${absent}: it has none`);
  }
  if (edit.kind === "apply" && typeof edit.change !== "function") {
    throw new TypeError(
      `Cannot ${text} as the change must be a function: current value is a ${typeof edit.change}`,
    );
  }
}

function finite(value: number, name: string): number {
  if (Number.isFinite(value)) return value;
  throw new RangeError(
    `Cannot make an edit as its ${name} must be a finite number: current value is ${value}`,
  );
}

/** An edit in one line, for errors and tables, such as `zero blocks.3.attn.z heads 1, 5`. */
export function editText(edit: Edit): string {
  const parts: string[] = [edit.kind, edit.at];
  if (edit.kind === "scale") parts.push(`by ${edit.factor}`);
  if (edit.kind === "add" && edit.scale !== 1) parts.push(`times ${edit.scale}`);
  for (const name of ["heads", "neurons", "positions", "keys", "examples"] as const) {
    const value = edit[name];
    if (value === undefined) continue;
    const text = typeof value === "object" && !("length" in value)
      ? `${value?.from ?? 0} to ${value?.to ?? "the end"}`
      : typeof value === "object"
      ? Array.from(value).join(", ")
      : String(value);
    parts.push(`${name} ${text}`);
  }
  return parts.join(" ");
}
