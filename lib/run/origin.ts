/**
 * Where results come from: the model in a line, and the call that made them.
 *
 * @module
 */

import {
  promptCode,
  type PromptTokens,
  sourceLine,
  type SourceLineOptions,
  type Transformer,
} from "../model/mod.ts";
import { type Code, literalCode, namedCode, type PlacedCode } from "../show/mod.ts";
import type { Edit } from "./edit.ts";
import { editsCode } from "./edit_code.ts";
import { type Metric, metricCode } from "./metrics/mod.ts";
import { pairCode } from "./pair_code.ts";
import type { PromptPair } from "./prompt_pair.ts";
import type { PromptPairs } from "./prompt_pairs.ts";

/** Where a result comes from. */
export interface Origin {
  /** The model, the prompts, the seed and the version of the library in a line. */
  readonly source: string;
  /** An expression of TypeScript that makes the result again, in parentheses, of `model` and what a comment asks for; null where it cannot
   * be written. */
  readonly code: string | null;
}

/** What is known of a call. */
export interface OriginParts {
  /** The function. */
  readonly name: string;
  /** What it was called with after the model, by the names of its parameters, options last; left out where that
   * is not all that made it. */
  readonly given?: Readonly<Record<string, unknown>> | undefined;
  /** The prompts that it read. */
  readonly prompts?: SourceLineOptions["prompts"] | undefined;
  /** Another result whose prompts it read. */
  readonly from?: object | null | undefined;
  /** The seed, where chance had a part. */
  readonly seed?: number | undefined;
}

/** What the library's own functions made. */
const origins = new WeakMap<object, Origin | (() => Origin)>();

/** The prompts that results were read from. */
const readFrom = new WeakMap<object, NonNullable<OriginParts["prompts"]>>();

/** Options that change no number. */
const idle = new Set(["signal", "onProgress", "stream", "file", "memory", "captureLimit"]);

/** The most letters of what is written out; longer ones are a name. */
const mostLetters = 16_000;

/** The most entries of a list that is written out; more are not even looked at. */
const mostEntries = 2000;

/**
 * Remembers where a result comes from.
 *
 * @param result The result.
 * @param model The model.
 * @param parts The call.
 * @returns The same result.
 */
export function withOrigin<T extends object>(
  result: T,
  model: Transformer,
  { name, given, from, seed, ...rest }: OriginParts,
): T {
  const prompts = rest.prompts ?? (from ? readFrom.get(from) : undefined);
  if (prompts) readFrom.set(result, prompts);
  origins.set(result, {
    source: sourceLine(model, { ...prompts && { prompts }, ...seed !== undefined && { seed } }),
    code: given ? madeBy(name, given) : null,
  });
  return result;
}

/**
 * Writes the call of a function of the library as an expression.
 *
 * @param name The function.
 * @param given What it was called with after the model, by the names of its parameters, options last.
 */
export function madeBy(name: string, given: Readonly<Record<string, unknown>>): string {
  return `(await ${name}(${argumentsCode(given)}))`;
}

/** Remembers how to say where something comes from, for what is made by the thousands: most of it is never asked. */
export function lateOrigin<T extends object>(result: T, say: () => Origin): T {
  origins.set(result, say);
  return result;
}

/** Gives a result that was made out of another its origin, with what was done as the end of the expression. */
export function originFrom<T extends object>(result: T, from: object, step: string): T {
  const origin = originOf(from);
  if (origin) origins.set(result, { ...origin, code: origin.code && `${origin.code}${step}` });
  return result;
}

/**
 * Where a result of the library comes from.
 *
 * @param result What a function of the library returned, such as `compositionScores`.
 * @returns The line of its captions, and the expression that makes it again; null where it was made by hand, or is not known.
 *
 * @example
 * ```ts
 * import { compositionScores, load, originOf } from "@innerworks/innerworks";
 * const scores = await compositionScores(await load("seedling"), { kinds: ["V"] });
 * const code = originOf(scores)?.code;
 * if (code !== '(await compositionScores(model, { kinds: ["V"] }))') throw new Error(code ?? "none");
 * ```
 */
export function originOf(result: object): Origin | null {
  const known = origins.get(result);
  return (typeof known === "function" ? known() : known) ?? null;
}

/** The line of a result's captions; the name of its model where it was made by hand. */
export function sourceOf(result: object, model: string): string {
  return originOf(result)?.source ?? model;
}

/**
 * The expression of something that is read off a result, for a drawing to be spread into.
 *
 * @param result The result.
 * @param step What reads it, as the end of an expression, such as `.score({row})`.
 * @param names What is written for names that are no numbers of places.
 */
export function codeOf(
  result: object,
  step: string,
  names?: PlacedCode["names"],
): { readonly code?: Code } {
  const code = originOf(result)?.code;
  if (!code) return {};
  const text = `${code}${step}`;
  return { code: names ? { text, names } : text };
}

/** What a function is called with; an empty object at the end is left out. */
function argumentsCode(given: Readonly<Record<string, unknown>>): string {
  const parts = ["model", ...Object.entries(given).map(([name, value]) => valueCode(value, name))];
  if (parts.at(-1) === "{}") parts.pop();
  return parts.join(", ");
}

/** A value that was handed to a function, as an expression; what cannot be written is a name with a comment. */
function valueCode(value: unknown, name: string): string {
  if (typeof value !== "object" || value === null) {
    return typeof value === "function" ? ownCode(name, "function") : literalCode(value);
  }
  const known = originOf(value)?.code;
  if (known) return known;
  if (isPairs(value)) return pairCode(value);
  if (isPrompt(value)) return promptCode(value);
  if ("evaluate" in value && "positions" in value) return metricCode(value as Metric);
  if (Array.isArray(value) && value.length > mostEntries) {
    return ownCode(name, `list of ${value.length}`);
  }
  const written = Array.isArray(value)
    ? `[${value.map((one, i) => valueCode(one, `${name}${i}`)).join(", ")}]`
    : Object.getPrototypeOf(value) === Object.prototype
    ? optionsCode(value, name)
    : ownCode(name, value.constructor?.name ?? "value");
  if (written.length <= mostLetters) return written;
  return ownCode(name, Array.isArray(value) ? `list of ${value.length}` : "value");
}

/** A name for something of the caller's own, which is not one of the library's, such as `yourScale`. */
const ownCode = (name: string, what: string): string =>
  namedCode(`your${name[0]!.toUpperCase()}${name.slice(1)}`, `your ${what}`);

const isPairs = (value: object): value is PromptPair | PromptPairs =>
  "pairs" in value && "answerIds" in value || "clean" in value && "answerId" in value;

const isPrompt = (value: object): value is PromptTokens =>
  "ids" in value && "text" in value && "tokens" in value;

/** Options, or an object within them, as an expression; those that are names stand as such. */
function optionsCode(options: object, called: string): string {
  const parts = Object.entries(options).flatMap(([name, value]) => {
    if (value === undefined || called === "options" && idle.has(name)) return [];
    if (name === "edits") {
      const written = editsCode(value as readonly Edit[]);
      return written ? [written] : [];
    }
    const code = valueCode(value, name);
    return [`${/^[A-Za-z_$][\w$]*$/.test(name) ? name : literalCode(name)}: ${code}`];
  });
  return parts.length > 0 ? `{ ${parts.join(", ")} }` : "{}";
}
