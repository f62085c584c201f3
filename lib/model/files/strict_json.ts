/**
 * JSON as checkpoints need it: a key given twice is an error and not the last one's victory, and a file cannot make the
 * parser use more memory or stack than its size allows.
 *
 * @module
 */

import { CheckpointError } from "./checkpoint_error.ts";

/** Deeper than any checkpoint file goes. */
const deepest = 64;

/**
 * Parses a JSON object.
 *
 * @param bytes The text, as UTF-8.
 * @param file The file, for messages.
 * @param what What the text is, as in "its header".
 * @throws {CheckpointError} If the text is not UTF-8, not JSON, not an object, nested deeper than 64, or has an object
 * with a key twice.
 */
export function parseObject(
  bytes: Uint8Array,
  file: string,
  what: string,
): Readonly<Record<string, unknown>> {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new CheckpointError(file, `${what} must be UTF-8`, { cause });
  }
  checkKeys(text, file, what);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new CheckpointError(file, `${what} must be JSON`, { current: cause, cause });
  }
  if (!isObject(value)) {
    throw new CheckpointError(file, `${what} must be a JSON object`, { current: value });
  }
  return value;
}

/** Whether a value is an object and not a list. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Refuses a key given twice in one object, and nesting that is too deep. Other faults are left to the parser. */
function checkKeys(text: string, file: string, what: string): void {
  const open: (Set<string> | null)[] = []; // the keys of each object, null for a list
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case 0x7B: // {
      case 0x5B: // [
        open.push(text[at] === "{" ? new Set() : null);
        if (open.length > deepest) {
          throw new CheckpointError(file, `${what} must not be nested deeper than ${deepest}`);
        }
        break;
      case 0x7D: // }
      case 0x5D: // ]
        open.pop();
        break;
      case 0x22: { // "
        const end = stringEnd(text, at);
        const keys = open.at(-1);
        if (keys && isKey(text, end)) {
          const key = keyOf(text.slice(at, end));
          if (keys.has(key)) {
            throw new CheckpointError(file, `${what} must have each key once`, { current: key });
          }
          keys.add(key);
        }
        at = end - 1;
      }
    }
  }
}

/** The index after the string that begins at an index. */
function stringEnd(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x22) return at + 1;
    if (code === 0x5C) at++;
  }
  return text.length;
}

/** Whether a colon comes next, so that the string before it is a key. */
function isKey(text: string, end: number): boolean {
  let at = end;
  while (/[ \t\n\r]/.test(text.charAt(at))) at++;
  return text.charAt(at) === ":";
}

/** What a string in quotes says; `"\u0061"` is the key `a`. */
function keyOf(quoted: string): string {
  if (!quoted.includes("\\")) return quoted.slice(1, -1);
  try {
    return JSON.parse(quoted) as string;
  } catch {
    return quoted; // the parser will refuse it
  }
}
