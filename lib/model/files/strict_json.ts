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
  const written = countKeys(text, file, what);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new CheckpointError(file, `${what} must be JSON`, { current: cause, cause });
  }
  if (written !== keptKeys(value)) {
    throw new CheckpointError(file, `${what} must have each key once`, {
      current: doubleKey(text),
    });
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

/**
 * Counts the keys of all objects as written. The parser keeps only the last of two equal keys, so that it keeps fewer:
 * comparing two counts costs no memory, where a set of all keys would cost as much as the result.
 */
function countKeys(text: string, file: string, what: string): number {
  let keys = 0;
  let depth = 0;
  for (const { at, end } of tokens(text)) {
    const character = text[at];
    if (character === '"') {
      if (isKey(text, end)) keys++;
    } else if (character === "}" || character === "]") {
      depth--;
    } else if (++depth > deepest) {
      throw new CheckpointError(file, `${what} must not be nested deeper than ${deepest}`);
    }
  }
  return keys;
}

/** Counts the keys of all objects as parsed. The depth is known to be small. */
function keptKeys(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  if (Array.isArray(value)) return value.reduce((sum: number, inner) => sum + keptKeys(inner), 0);
  let keys = 0;
  for (const name in value) keys += 1 + keptKeys((value as Record<string, unknown>)[name]);
  return keys;
}

/** Finds the first key that its object has already. */
function doubleKey(text: string): string | undefined {
  const open: (Set<string> | null)[] = []; // the keys of each object, null for a list
  for (const { at, end } of tokens(text)) {
    const character = text[at];
    if (character === "{") open.push(new Set());
    else if (character === "[") open.push(null);
    else if (character !== '"') open.pop();
    else if (isKey(text, end)) {
      const key = JSON.parse(text.slice(at, end)) as string; // "\u0061" is the key a
      if (open.at(-1)?.has(key)) return key;
      open.at(-1)?.add(key);
    }
  }
  return undefined;
}

/** Walks through the strings, braces and brackets of a JSON text. */
function* tokens(text: string): Generator<{ at: number; end: number }> {
  const token = { at: 0, end: 0 };
  for (let at = 0; at < text.length; at = token.end) {
    const code = text.charCodeAt(at);
    token.at = at;
    token.end = code === 0x22 ? stringEnd(text, at) : at + 1;
    const bracket = code === 0x7B || code === 0x7D || code === 0x5B || code === 0x5D;
    if (bracket || code === 0x22) yield token;
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
