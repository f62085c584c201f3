/**
 * Edits: what changes a run, as plain values that say where and what.
 *
 * @module
 */

import type { tf } from "../tensor/mod.ts";
import type { HookName, Site } from "../model/mod.ts";
import type { AddEdit } from "./edits/add.ts";
import type { ApplyEdit } from "./edits/apply.ts";
import type { FreezeEdit } from "./edits/freeze.ts";
import type { KnockoutEdit } from "./edits/knockout.ts";
import type { MeanEdit } from "./edits/mean.ts";
import type { NoiseEdit } from "./edits/noise.ts";
import type { ProjectEdit } from "./edits/project.ts";
import type { ReplaceEdit } from "./edits/replace.ts";
import type { ResampleEdit } from "./edits/resample.ts";
import type { ScaleEdit } from "./edits/scale.ts";
import type { SpliceEdit } from "./edits/splice.ts";
import type { SwapSubspaceEdit } from "./edits/swap_subspace.ts";
import type { ZeroEdit } from "./edits/zero.ts";
import type { CacheValue, RunValue } from "./value_source.ts";

/** A range whose end is not included. */
export interface Range {
  /** The first. @default {the first there is} */
  readonly from?: number;
  /** The one after the last. @default {the one after the last there is} */
  readonly to?: number;
}

/**
 * Some positions of a prompt: one, several, a range, or the name of a span; negative ones count from each prompt's own
 * end, so that -1 is its last token, whatever was generated since.
 */
export type Positions = number | readonly number[] | Range | string;

/**
 * Some tokens of a run: those of the prompt, those generated, or some of the generated ones, counted from 0.
 *
 * Step 0 is the place of the first generated token. That token was chosen after the last one of the prompt, so that an
 * edit of step 0 first changes the second generated token; to change the first, edit the prompt's last position.
 */
export type Steps = "prompt" | "generated" | number | readonly number[] | Range;

/** Which part of a site an edit touches; what is left out is touched whole. */
export interface Where {
  /** The heads; of keys and values, the key heads. */
  readonly heads?: number | readonly number[];
  /** The neurons. */
  readonly neurons?: number | readonly number[];
  /** The features, within a `splice` only. */
  readonly features?: number | readonly number[];
  /** The positions in the prompt; at scores and pattern, those of the query. */
  readonly positions?: Positions;
  /** The positions of the key, at scores and pattern only. */
  readonly keys?: Positions;
  /** The rows of the batch. */
  readonly examples?: number | readonly number[];
  /** Whether prompt or generated tokens are touched, and which of these; both where it and `positions` are left out. */
  readonly steps?: Steps;
}

/**
 * The name of a site, in our spelling or TransformerLens's, or a pattern such as `blocks.*.attn.z`: all sites that fit.
 * Within a `splice` the site is `features`.
 */
export type SiteName = Site | HookName | `${string}*${string}` | "features";

/** Numbers for an edit: a tensor, one number, rows of numbers, what another run held, or what this very run holds. */
export type Value =
  | tf.Tensor
  | number
  | ArrayLike<number>
  | NestedNumbers
  | CacheValue
  | RunValue;

/** Rows of numbers, or rows of rows. */
export type NestedNumbers = readonly (number | NestedNumbers)[];

/** One change of a run. Edits of one site are made in the order given. */
export type Edit =
  | ZeroEdit
  | MeanEdit
  | ResampleEdit
  | ReplaceEdit
  | AddEdit
  | ScaleEdit
  | NoiseEdit
  | ProjectEdit
  | SwapSubspaceEdit
  | KnockoutEdit
  | FreezeEdit
  | SpliceEdit
  | ApplyEdit;

/** The fields that say where, in the order in which they are told. */
export const WHERE = [
  "heads",
  "neurons",
  "features",
  "positions",
  "keys",
  "examples",
  "steps",
] as const;

/** An edit in one line, for errors and tables, such as `zero blocks.3.attn.z heads 1, 5`. */
export function editText(edit: Edit): string {
  const parts: string[] = [edit.kind, edit.at];
  if (edit.kind === "scale") parts.push(`by ${edit.factor}`);
  if (edit.kind === "add" && edit.scale !== 1) parts.push(`times ${edit.scale}`);
  if (edit.kind === "noise") parts.push(`of deviation ${edit.deviation}`);
  const where = whereText(edit);
  return [...parts, ...where ? [where] : []].join(" ");
}

/** Where an edit reaches, in words; empty where it touches a site whole. */
export function whereText(where: Where): string {
  const { pairs } = where as { pairs?: readonly (readonly number[])[] };
  return [
    ...WHERE.flatMap((name) =>
      where[name] === undefined ? [] : [`${name} ${indicesText(where[name])}`]
    ),
    ...Array.isArray(pairs) ? [`pairs ${pairs.map((pair) => `${pair}`).join(" and ")}`] : [],
  ].join("; ");
}

function indicesText(value: unknown): string {
  if (typeof value !== "object" || value === null) return String(value);
  if ("length" in value) return Array.from(value as ArrayLike<number>).join(", ");
  const { from = 0, to } = value as Range;
  // The end of a range is not part of it, and "to 4" would read as if it were.
  return `${from} to ${to === undefined ? "the end" : `before ${to}`}`;
}
