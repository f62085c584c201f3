/**
 * Edits as they come from a notebook, which does not check types, or from a file.
 *
 * @module
 */

import { blockSites, plainSiteName } from "../model/mod.ts";
import { type Edit, editText, WHERE, type Where } from "./edit.ts";
import type { AnyKind } from "./edit_kind.ts";
import { editKinds } from "./edits/mod.ts";
import { checkDefined, givenText } from "./edit_where.ts";
import { isListOfNumbers } from "./resolve.ts";
import { checkSource, isSource } from "./value_source.ts";

/**
 * The kind of an edit.
 *
 * @throws {TypeError} If there is no such kind.
 */
export function kindOf(edit: Edit): AnyKind {
  const kind: unknown = edit?.kind;
  const found = typeof kind === "string" && Object.hasOwn(editKinds, kind) ? editKinds[kind] : null;
  if (found) return found as unknown as AnyKind;
  throw new TypeError(
    `Cannot make an edit as its kind must be one of ${
      Object.keys(editKinds).join(", ")
    }: current value is ${kind}`,
  );
}

/**
 * Checks that an edit says what its kind needs and nothing that nobody would read, such as `head` for `heads`: the kernel
 * of a notebook does not check types.
 *
 * @throws {TypeError} If it does not.
 * @throws {RangeError} If one of its numbers is outside its range whatever the model is.
 */
export function checkEdit(edit: Edit): void {
  const kind = kindOf(edit), own = Object.keys(kind.fields);
  if (typeof edit.at !== "string") {
    throw new TypeError(
      `Cannot ${edit.kind} as the edit must say at which site, in text: its at is ${
        JSON.stringify(edit.at)
      }`,
    );
  }
  const text = editText(edit);
  const site = plainSiteName(edit.at);
  if (Object.hasOwn(blockSites, site)) {
    throw new RangeError(
      `Cannot ${text} as a site of a block must say its layer, such as blocks.0.${site}, or blocks.*.${site} for all: ` +
        `current value is ${edit.at}`,
    );
  }
  const where = WHERE.filter((name) => name !== "features");
  const known: readonly string[] = ["kind", "at", ...own, ...where];
  const strange = Object.keys(edit).find((name) => !known.includes(name));
  if (strange !== undefined) {
    throw new TypeError(
      `Cannot ${text} as an edit says where by ${where.join(", ")} alone: it has ${strange}`,
    );
  }
  const fields = edit as unknown as Readonly<Record<string, unknown>>;
  const absent = own.find((name) => kind.fields[name] === "needed" && fields[name] == null);
  if (absent !== undefined) {
    throw new TypeError(`Cannot ${text} as the edit must have a ${absent}: it has none`);
  }
  checkDefined(edit, `Cannot ${text} as`);
  for (const [name, why] of Object.entries(kind.without ?? {})) {
    if (edit[name as keyof Where] === undefined) continue;
    throw new TypeError(`Cannot ${text} as ${why}: it has ${name}`);
  }
  for (const name of WHERE) if (edit[name] !== undefined) checkWhere(name, edit[name], text);
  for (const value of Object.values(fields)) if (isSource(value)) checkSource(value, text);
  kind.check?.(edit);
}

const NAMED: Readonly<Record<string, readonly string[] | null>> = {
  positions: null,
  keys: null,
  steps: ["prompt", "generated"],
};

/** Refuses what is no number, list of numbers or range, nor a name where one may stand. */
function checkWhere(name: string, value: unknown, text: string): void {
  const words = NAMED[name];
  if (typeof value === "string" && (words === null || words?.includes(value))) return;
  if (typeof value === "number") return;
  if (typeof value === "object" && value !== null) {
    if (isListOfNumbers(value)) return;
    const { from, to, ...rest } = value as Record<string, unknown>;
    const ends = [from, to].every((end) => end === undefined || typeof end === "number");
    if (ends && Object.keys(rest).length === 0) return checkSteps(name, value, text);
  }
  throw new TypeError(
    `Cannot ${text} as ${name} must be a number, a list of them${
      words === null
        ? ", the name of a span"
        : words
        ? `, ${words.map((word) => `"${word}"`).join(", ")}`
        : ""
    } or { from, to }: current value is ${shownWhere(value)}`,
  );
}

/** What was given, with advice where it is names of spans. */
function shownWhere(value: unknown): string {
  if (!Array.isArray(value)) return isRange(value) ? JSON.stringify(value) : givenText(value);
  const named = value.some((one) => typeof one === "string");
  return `${JSON.stringify(value)}${named ? "; make an edit for each span" : ""}`;
}

function isRange(value: unknown): boolean {
  return typeof value === "object" && value !== null &&
    Object.getPrototypeOf(value) === Object.prototype;
}

/** Refuses a range of generated tokens that counts from an end that nobody knows. */
function checkSteps(
  name: string,
  { from = 0, to = Infinity }: { from?: number; to?: number },
  text: string,
): void {
  if (name !== "steps") return;
  const whole = Number.isInteger(from) && from >= 0 && (to === Infinity || Number.isInteger(to));
  if (whole && to > from) return;
  throw new RangeError(
    `Cannot ${text} as a range of steps must begin at 0 or later and end after that: it is ${from} to ${to}`,
  );
}
