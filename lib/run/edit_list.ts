/**
 * A list of edits as a table that a person can check.
 *
 * @module
 */

import type { Prompt, Transformer } from "../model/mod.ts";
import {
  display,
  type Document,
  drawn,
  type DrawnPromise,
  formatNumber,
  givenValue,
  inspect,
  refuseUnknownOptions,
  table,
} from "../show/mod.ts";
import { Cache } from "./cache.ts";
import { checkEdit } from "./check_edit.ts";
import { type Edit, type Value, whereText } from "./edit.ts";
import { Means } from "./means.ts";
import type { Spans } from "./spans.ts";
import { hashedNumbers } from "./tensor_hash.ts";
import { type ListedTokens, tokensText, touchedTokens } from "./touched_tokens.ts";
import { type CacheValue, isSource, type RunValue } from "./value_source.ts";

/** The numbers of an edit's value, as far as they stand in a table. */
export interface ListedNumbers {
  /** The sizes of its axes. */
  readonly shape: readonly number[];
  /** The first of its numbers, at most four. */
  readonly first: readonly number[];
  /** Its length as one vector. */
  readonly norm: number;
  /** The SHA-256 of type, shape and numbers. */
  readonly hash: string;
}

/** An edit in a list. */
export interface ListedEdit {
  /** Its kind. */
  readonly kind: string;
  /** Its site. */
  readonly at: string;
  /** Where it reaches, in words. */
  readonly where: string;
  /** What it puts, in words; empty where the kind says all. */
  readonly puts: string;
  /** The numbers that it puts; null where there are none of its own. */
  readonly numbers: ListedNumbers | null;
  /** For each prompt that it touches the touched tokens; null without a model and a prompt. */
  readonly tokens: readonly ListedTokens[] | null;
}

/** Options for {@linkcode editList}. */
export interface EditListOptions {
  /** The model, which knows the sites. */
  readonly model?: Transformer;
  /** The prompt, or several, whose touched tokens are named. */
  readonly prompt?: Prompt;
  /** The spans of the prompts that edits may name, as for `run`. @default {none} */
  readonly spans?: Spans;
}

/** Edits with what each touches and puts. */
export class EditList {
  /** The edits, in the order in which those of a site are made. */
  readonly edits: readonly ListedEdit[];

  /** Holds the edits. */
  constructor(edits: readonly ListedEdit[]) {
    this.edits = edits;
  }

  /** Draws a row for each edit. */
  [display](): Document {
    const named = this.edits.some(({ tokens }) => tokens !== null);
    const put = this.edits.some(({ puts }) => puts !== "");
    const counted = this.edits.some(({ numbers }) => numbers !== null);
    const several = this.edits.some(({ tokens }) => tokens?.some(({ example }) => example > 0));
    return table({
      title: `${this.edits.length} ${this.edits.length === 1 ? "edit" : "edits"}`,
      columns: [
        { name: "edit" },
        { name: "kind" },
        { name: "site" },
        { name: "where" },
        // A column that no edit fills would only be asked about.
        ...put || counted ? [{ name: "puts" }] : [],
        ...counted
          ? [{ name: "first numbers" }, { name: "norm", align: "right" as const }, {
            name: "SHA-256",
          }]
          : [],
        ...named ? [{ name: "tokens" }] : [],
      ],
      rows: this.edits.map(({ kind, at, where, puts, numbers, tokens }, i) => [
        i,
        kind,
        at,
        where || "everywhere",
        ...put || counted
          ? [
            [puts, numbers ? `[${numbers.shape.join(", ")}]` : ""].filter((text) => text).join(" "),
          ]
          : [],
        ...counted
          ? [
            numbers ? numbersText(numbers) : "",
            numbers ? formatNumber(numbers.norm) : "",
            numbers ? numbers.hash.slice(0, 8) : "",
          ]
          : [],
        ...named ? [tokensText(tokens ?? [], several)] : [],
      ]),
    });
  }

  /** Shows the table in a terminal. */
  [inspect](): string {
    return this[display]()["text/plain"];
  }

  /** The edits as plain data. */
  toJSON(): { edits: readonly ListedEdit[] } {
    return { edits: this.edits };
  }
}

/**
 * Lists edits with where they reach, and with shape, first numbers, norm and hash of what they put; with a model and a
 * prompt also with the tokens that they touch.
 *
 * @param edits The edits.
 * @param options Model and prompt.
 * @throws {TypeError | RangeError} If an edit is none, or the model or the prompt does not admit it.
 *
 * @example
 * ```ts
 * import { editList, load, zero } from "@innerworks/innerworks";
 * const model = await load("seedling"), prompt = "The capital of Poland is";
 * const edits = [zero("blocks.3.attn.z", { heads: 1, positions: -1 })];
 * const list = await editList(edits, { model, prompt });
 * if (list.edits[0]!.tokens![0]!.texts[0] !== " is") throw new Error("not the last token");
 * ```
 */
export function editList(
  edits: readonly Edit[],
  options: EditListOptions = {},
): DrawnPromise<EditList> {
  return drawn(() => listed(edits, options));
}

async function listed(edits: readonly Edit[], options: EditListOptions): Promise<EditList> {
  refuseUnknownOptions("list edits", options, ["model", "prompt", "spans"]);
  if (!Array.isArray(edits)) {
    throw new TypeError(
      `Cannot list edits as they must be a list: current value is ${givenValue(edits)}`,
    );
  }
  const { model, prompt, spans = {} } = options;
  if (!model !== (prompt === undefined)) {
    throw new TypeError(
      `Cannot list edits as model and prompt must be given together: there is ${
        model ? "no prompt" : "no model"
      }`,
    );
  }
  edits.forEach(checkEdit);
  const tokens = model ? touchedTokens(model, { prompt: prompt!, spans }, edits) : null;
  return new EditList(
    await Promise.all(edits.map(async (edit, i): Promise<ListedEdit> => ({
      kind: edit.kind,
      at: edit.at,
      where: whereText(edit),
      puts: await putsText(edit),
      numbers: await numbersOf(edit),
      tokens: tokens?.[i] ?? null,
    }))),
  );
}

/** What an edit puts, in words. */
async function putsText(edit: Edit): Promise<string> {
  switch (edit.kind) {
    case "scale":
      return `× ${edit.factor}`;
    case "noise":
      return `deviation ${edit.deviation}, seed ${edit.seed}`;
    case "project":
      return `${edit.mode} the space of`;
    case "mean":
      return `the mean over ${edit.source.examples} examples${
        edit.source.byPosition ? ", by position" : ""
      }`;
    case "resample":
      return edit.source instanceof Cache || isSource(edit.source)
        ? sourceText(edit.source, edit.at)
        : `other rows, seed ${edit.source.seed}`;
    case "freeze":
      return edit.source ? sourceText(edit.source, edit.at) : "as in the unedited run";
    case "apply":
      return `the function ${edit.change.name || "without a name"}`;
    case "splice":
      return `a coder${
        edit.error ? " with its error" : ""
      }, ${edit.edits.length} edits of features`;
    case "add":
      return [edit.scale === 1 ? "" : `${edit.scale} ×`, valueText(edit.value, edit.at)].join(" ")
        .trim();
    case "swapSubspace": {
      const { value, at } = edit;
      if (typeof value === "number" || isSource(value)) {
        return `${valueText(value, at)} in the space of`;
      }
      // The numbers of the table are those of the basis.
      const { shape, hash } = await hashedNumbers(value, "list an edit");
      return `[${shape.join(", ")}] of SHA-256 ${hash.slice(0, 8)} in the space of`;
    }
    case "replace":
      return valueText(edit.value, edit.at);
    default:
      return "";
  }
}

function valueText(value: Value, at: string): string {
  if (typeof value === "number") return String(value);
  return isSource(value) ? sourceText(value, at) : "";
}

/** Where a value comes from, in words. */
function sourceText(source: Cache | CacheValue | RunValue, at: string): string {
  if (source instanceof Cache) return `${at} of another run`;
  const { from, at: own = at, ...where } = source as CacheValue;
  const { cache: _, ...rest } = where;
  return [own, from === "cache" ? "of another run" : "of this run", whereText(rest)].filter((
    text,
  ) => text).join(" ");
}

/** The numbers that an edit brings with it; null where there are none, or they are those of a run. */
async function numbersOf(edit: Edit): Promise<ListedNumbers | null> {
  const value = "basis" in edit
    ? edit.basis
    : "value" in edit
    ? edit.value
    : edit.kind === "mean" && !edit.at.includes("*") && edit.source instanceof Means
    ? edit.source.get(edit.at)
    : null;
  if (value === null || typeof value === "number" || isSource(value)) return null;
  const { shape, values, hash } = await hashedNumbers(value, edit.kind);
  const numbers = Array.from(values);
  return { shape, first: numbers.slice(0, 4), norm: Math.hypot(...numbers), hash };
}

function numbersText({ first, shape }: ListedNumbers): string {
  const more = shape.reduce((product, size) => product * size, 1) > first.length;
  return first.map((number) => formatNumber(number)).join(", ") + (more ? ", …" : "");
}
