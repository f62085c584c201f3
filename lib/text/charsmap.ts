/**
 * SentencePiece's own normalizer: a table of replacements, compiled into a double-array trie.
 *
 * The blob holds the byte length of the trie, its units (32 bits, little-endian, as darts-clone lays them out), and the
 * replacements, each ended by a zero byte. The rules are those of Hugging Face's reading of it: a grapheme of under six
 * bytes is replaced as a whole by what its shortest known beginning maps to, others character by character. SentencePiece
 * itself replaces the longest known beginning of what is left, which a file of its own asks for (`longest`).
 *
 * @module
 */

import type { Aligned } from "./aligned.ts";
import type { Part } from "./tokenizer_json.ts";
import { byteRanges, fromBytes, toBytes } from "./utf8.ts";

/**
 * Reads a `Precompiled` normalizer.
 *
 * @throws {SyntaxError} If the table is no base64 or contradicts itself.
 */
export function charsmap(part: Part): (text: Aligned) => Aligned {
  const field = "precompiled_charsmap";
  if (part.text(field, "") === "") return (text) => text; // the identity has no table
  let blob: Uint8Array;
  try {
    blob = Uint8Array.from(atob(part.text(field)), (letter) => letter.charCodeAt(0));
  } catch (error) {
    return part.refuse(field, "base64", error);
  }
  const view = new DataView(blob.buffer);
  const length = blob.length >= 4 ? view.getUint32(0, true) : -1;
  if (length % 4 !== 0 || length < 4 || length > blob.length - 4) {
    part.refuse(field, "a trie behind its length");
  }
  const units = Uint32Array.from({ length: length / 4 }, (_, i) => view.getUint32(4 + 4 * i, true));
  const replacements = blob.subarray(4 + length);

  const entry = (at: number): string => {
    const end = replacements.indexOf(0, at);
    if (at >= replacements.length || end < 0) part.refuse(field, "a table of whole entries");
    return fromBytes(replacements.subarray(at, end));
  };
  if (part.flag("longest", false)) return (text) => text.replace(longest(text.text, units, entry));
  const known = new Map<string, string | null>();
  const replacement = (key: string): string | null => {
    let found = known.get(key);
    if (found === undefined) {
      const at = matches(units, toBytes(key), 0).next().value;
      found = at === undefined ? null : entry(at.value);
      known.set(key, found);
    }
    return found;
  };
  return (text) => text.replace(changes(text.text, replacement));
}

const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** Finds what changes in a text. */
function changes(
  text: string,
  replacement: (key: string) => string | null,
): { from: number; to: number; text: string }[] {
  const parts: { from: number; to: number; text: string }[] = [];
  const change = (from: number, key: string): boolean => {
    const found = replacement(key);
    if (found !== null && found !== key) parts.push({ from, to: from + key.length, text: found });
    return found !== null;
  };
  const changeGrapheme = (from: number, grapheme: string): void => {
    if (grapheme.length < 6 && toBytes(grapheme).length < 6 && change(from, grapheme)) return;
    let at = from;
    for (const character of grapheme) {
      change(at, character);
      at += character.length;
    }
  };
  // ASCII stands alone, but for a line end of two characters and what combines with it from behind.
  for (const { index, 0: stretch } of text.matchAll(/[\0-\x7F]?[^\0-\x7F]+|\r\n|[\0-\x7F]/g)) {
    if (stretch.length === 1 || stretch === "\r\n") changeGrapheme(index, stretch);
    else {
      for (const { index: inside, segment } of graphemes.segment(stretch)) {
        changeGrapheme(index + inside, segment);
      }
    }
  }
  return parts;
}

/** Finds what changes in a text where the longest known beginning of what is left is replaced. */
function longest(
  text: string,
  units: Uint32Array,
  entry: (at: number) => string,
): { from: number; to: number; text: string }[] {
  const bytes = toBytes(text);
  const { starts, ends } = byteRanges(bytes);
  const parts: { from: number; to: number; text: string }[] = [];
  for (let at = 0; at < bytes.length;) {
    let last: { value: number; to: number } | undefined;
    for (const match of matches(units, bytes, at)) last = match;
    const from = starts[at]!;
    if (last === undefined) {
      while (at < bytes.length && starts[at] === from) at++;
    } else {
      parts.push({ from, to: ends[last.to - 1]!, text: entry(last.value) });
      at = last.to;
    }
  }
  return parts;
}

/** Finds the values of the keys that bytes begin with from a place on, the shortest first, and where those keys end. */
function* matches(
  units: Uint32Array,
  bytes: Uint8Array,
  from: number,
): Generator<{ value: number; to: number }, undefined> {
  let node = offset(units[0]!);
  for (let at = from; at < bytes.length; at++) {
    const byte = bytes[at]!;
    if (byte === 0) return;
    node ^= byte;
    const unit = units[node];
    // The label is the low byte; a set high bit marks a value, which no label equals.
    if (unit === undefined || (unit & 0x800000FF) !== byte) return;
    node ^= offset(unit);
    if ((unit >>> 8 & 1) === 0) continue;
    const value = units[node];
    if (value === undefined) return;
    yield { value: value & 0x7FFFFFFF, to: at + 1 };
  }
}

/** Where the children of a node begin, relative to it. */
function offset(unit: number): number {
  return unit >>> 10 << ((unit & 1 << 9) >>> 6);
}
