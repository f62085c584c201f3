/**
 * Options that are spelt as they should be: a notebook does not check types, so the functions do.
 *
 * @module
 */

import { nearestNames, quotedNames } from "./nearest_names.ts";

/**
 * Refuses options of which one has no meaning, rather than draw without it.
 *
 * @param what What is done with the options, for the error, such as "draw a heat map".
 * @param options The options as they were given.
 * @param known The names that have a meaning.
 * @throws {TypeError} If the options are no object or hold another name; the error gives the nearest that has a meaning.
 *
 * @example
 * ```ts
 * import { refuseUnknownOptions } from "@innerworks/innerworks";
 * let message = "";
 * try {
 *   refuseUnknownOptions("run a model", { edit: [] }, ["capture", "edits"]);
 * } catch (error) {
 *   message = (error as Error).message;
 * }
 * if (!message.endsWith('perhaps "edits" is meant')) throw new Error("not refused");
 * ```
 */
export function refuseUnknownOptions(
  what: string,
  options: object,
  known: readonly string[],
): void {
  if (typeof options !== "object" || options === null || Array.isArray(options)) {
    throw new TypeError(
      `Cannot ${what} as its options must be an object: current value is ${
        Array.isArray(options) ? "a list" : JSON.stringify(options) ?? typeof options
      }`,
    );
  }
  const strange = Object.keys(options).find((name) => !known.includes(name));
  if (strange === undefined) return;
  throw new TypeError(`Cannot ${what} as its options must be ${mistake(strange, known)}`);
}

/**
 * Refuses options that lack what cannot be left out.
 *
 * @param what What is done with the options, for the error, such as "draw a heat map".
 * @param options The options as they were given.
 * @param required The names that must be there.
 * @throws {TypeError} If one of them is missing; the error names all that are.
 */
export function refuseMissingOptions(
  what: string,
  options: object,
  required: readonly string[],
): void {
  const given = options as Readonly<Record<string, unknown>>;
  const missing = required.filter((name) => given[name] === undefined || given[name] === null);
  if (missing.length === 0) return;
  throw new TypeError(
    `Cannot ${what} as its options must have ${quotedNames(required, "and")}: ${
      quotedNames(missing, "and")
    } ${missing.length === 1 ? "is" : "are"} missing`,
  );
}

/**
 * Refuses a value that is none of the words an option may hold.
 *
 * @param what What is done with the option, for the error, such as "draw a heat map".
 * @param option The name of the option.
 * @param value The value as it was given; undefined is fine, as the option was left out.
 * @param known The words that it may be.
 * @throws {TypeError} If it is something else; the error gives the nearest word.
 */
export function refuseUnknownWord(
  what: string,
  option: string,
  value: unknown,
  known: readonly string[],
): void {
  if (value === undefined || known.includes(value as string)) return;
  const said = typeof value === "string" ? value : Deno.inspect(value, { depth: 0 });
  throw new TypeError(`Cannot ${what} as ${option} must be ${mistake(said, known)}`);
}

/** The end of the error: what there is, what was given, and what may have been meant. */
function mistake(given: string, known: readonly string[]): string {
  if (known.length === 0) return `none: current value is ${JSON.stringify(given)}`;
  const meant = nearestNames(given, known);
  const perhaps = `, perhaps ${quotedNames(meant)} is meant`;
  return `among ${known.join(", ")}: ${JSON.stringify(given)} is not${
    meant.length > 0 ? perhaps : ""
  }`;
}
