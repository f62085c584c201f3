/**
 * What a function was given instead of what it draws, said so that it can be put right: a notebook does not check types.
 *
 * @module
 */

import type { ShownToken } from "./display.ts";

/**
 * Says what a value is, in the words of an error.
 *
 * @param value Anything.
 * @returns For example `undefined`, `"a"`, "a list", "a tensor: pass `await tensor.data()`".
 */
export function givenValue(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.slice(0, 40));
  if (typeof value === "function") return "a function";
  if (typeof value !== "object" || value === null) return String(value);
  if (isList(value)) return "a list";
  if (value instanceof Promise) return "a promise: await it first";
  // Tensors of tfjs and whatever else has to be read before its numbers are there.
  if ("data" in value && typeof value.data === "function") {
    return "a tensor: pass `await tensor.data()`";
  }
  return "an object";
}

const isList = (value: unknown): boolean => Array.isArray(value) || ArrayBuffer.isView(value);

/**
 * Says whether a value is a token as it is to be shown.
 *
 * @param value Anything.
 * @returns Whether it has the text of a token.
 */
export function isShownToken(value: unknown): value is ShownToken {
  return typeof value === "object" && value !== null && "text" in value &&
    typeof value.text === "string";
}

/**
 * Refuses what is not a flat list of numbers; NaN and the infinities are numbers.
 *
 * @param what What is done with them, for the error, such as "draw a heat map".
 * @param name What the caller calls them.
 * @param values The values as they were given.
 * @throws {TypeError} If they are no list, or one of them is no number.
 */
export function refuseUnlessNumbers(what: string, name: string, values: unknown): void {
  if (values instanceof Float32Array || values instanceof Float64Array) return;
  const rule = `Cannot ${what} as ${name} must be a flat list of numbers`;
  const length = typeof values === "object" && values !== null && "length" in values
    ? values.length
    : undefined;
  if (typeof length !== "number") {
    throw new TypeError(`${rule}: current value is ${givenValue(values)}`);
  }
  const list = values as ArrayLike<unknown>;
  for (let i = 0; i < length; i++) {
    if (typeof list[i] === "number") continue;
    const advice = isList(list[i]) ? ": flatten them first" : "";
    throw new TypeError(`${rule}: the one at ${i} is ${givenValue(list[i])}${advice}`);
  }
}

/**
 * Refuses what is not a list of tokens.
 *
 * @param what What is done with them, for the error, such as "draw tokens".
 * @param tokens The tokens as they were given.
 * @throws {TypeError} If they are no list, or one of them is no token.
 */
export function refuseUnlessTokens(what: string, tokens: unknown): void {
  const rule = `Cannot ${what} as tokens must be a list of objects with a text`;
  if (!Array.isArray(tokens)) {
    throw new TypeError(`${rule}: current value is ${givenValue(tokens)}`);
  }
  const strange = tokens.findIndex((token) => !isShownToken(token));
  if (strange < 0) return;
  const given = givenValue(tokens[strange]);
  const advice = typeof tokens[strange] === "string" ? `: write { text: ${given} }` : "";
  throw new TypeError(`${rule}: the one at ${strange} is ${given}${advice}`);
}

/**
 * Refuses labels that are neither words nor tokens.
 *
 * @param what What is done with them, for the error, such as "draw bars".
 * @param labels The labels as they were given.
 * @param tokens Whether they may be tokens.
 * @throws {TypeError} If they are no list, or one of them is something else.
 */
export function refuseUnlessLabels(
  what: string,
  labels: unknown,
  { tokens }: { readonly tokens: boolean },
): void {
  const rule = `Cannot ${what} as labels must be a list of ${tokens ? "words or tokens" : "words"}`;
  if (!Array.isArray(labels)) {
    throw new TypeError(`${rule}: current value is ${givenValue(labels)}`);
  }
  const strange = labels.findIndex((label) =>
    typeof label !== "string" && !(tokens && isShownToken(label))
  );
  if (strange < 0) return;
  throw new TypeError(`${rule}: the one at ${strange} is ${givenValue(labels[strange])}`);
}
