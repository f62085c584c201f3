/**
 * Values as expressions of TypeScript.
 *
 * @module
 */

/**
 * Writes plain data as an expression: numbers, texts, truth, null, lists and plain objects, whose undefined entries are left out.
 * Braces that would be taken for the name of a place are escaped.
 *
 * @param value The value.
 * @returns For example `{ layers: [3], at: "mlp.post" }`.
 * @throws {TypeError} If it holds something else, such as a function or a tensor.
 *
 * @example
 * ```ts
 * import { literalCode } from "@innerworks/innerworks";
 * const code = literalCode({ layers: [3, -1], at: "z", signal: undefined, most: Infinity });
 * if (code !== '{ layers: [3, -1], at: "z", most: Infinity }') throw new Error(code);
 * ```
 */
export function literalCode(value: unknown): string {
  if (typeof value === "string") return textCode(value);
  if (typeof value === "number") return Object.is(value, -0) ? "-0" : String(value);
  if (typeof value === "boolean" || value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return `[${value.map(literalCode).join(", ")}]`;
  if (Object.getPrototypeOf(value) === Object.prototype) {
    const entries = Object.entries(value).filter(([, one]) => one !== undefined);
    const name = (key: string) => /^[A-Za-z_$][\w$]*$/.test(key) ? key : textCode(key);
    const inside = entries.map(([key, one]) => `${name(key)}: ${literalCode(one)}`).join(", ");
    return inside ? `{ ${inside} }` : "{}";
  }
  throw new TypeError(
    `Cannot write a value as code as it must be plain data: current value is ${
      typeof value === "object" ? value!.constructor?.name ?? "an object" : `a ${typeof value}`
    }`,
  );
}

/** A text in quotes; what may end a line, or looks like the name of a place, is escaped. */
function textCode(text: string): string {
  return JSON.stringify(text)
    .replace(/\{(?=\w+\})/g, "\\u007b")
    .replace(/[\u2028\u2029]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16)}`);
}

/**
 * Writes a name that stands for something of the caller's own, which cannot be written down, with a comment that says what it is.
 *
 * @param name The name.
 * @param what What it must be.
 * @returns For example `metric /* your metric "mine" *\/`.
 */
export function namedCode(name: string, what: string): string {
  return `${name} /* ${what.replaceAll("*/", "*\\/").replace(/[\r\n\u2028\u2029]/g, " ")} */`;
}

/**
 * Writes a call.
 *
 * @param name The function.
 * @param given What it is called with, as {@linkcode literalCode} takes it; an empty object at the end is left out.
 */
export function callCode(name: string, given: readonly unknown[]): string {
  const parts = given.map(literalCode);
  if (parts.at(-1) === "{}") parts.pop();
  return `${name}(${parts.join(", ")})`;
}
