/**
 * Decoders: the bytes that each entry of a vocabulary stands for. A decoded text is those bytes in a row, so decoding is
 * exact, and offsets into it are known.
 *
 * @module
 */

import { ReplaceDecoder } from "./hf_tokenizers.ts";
import type { Part } from "./tokenizer_json.ts";
import { letterBytes, toBytes } from "./utf8.ts";

/** What turns entries into text. */
export interface Decoder {
  /** The bytes of an entry inside a text; `added` says that it is an added token, which is never spelt in letters. */
  bytes(entry: string, added: boolean): Uint8Array;
  /** How many characters of which kind are dropped where a text begins and ends, if it has them. */
  readonly trim: Trim;
}

/** What is dropped at the ends of a decoded text: the space that encoding put before the first word, and its like. */
export interface Trim {
  /** The character that is dropped, one byte long. */
  readonly character: string;
  /** At most how many at the beginning. */
  readonly start: number;
  /** At most how many at the end. */
  readonly end: number;
}

const known =
  "BPEDecoder, ByteFallback, ByteLevel, Fuse, Metaspace, Replace, Sequence, Strip, WordPiece";

/** One step: changes the text of an entry, or settles it as bytes. */
type Step = (entry: string, added: boolean) => string | Uint8Array;

/**
 * Reads the `decoder` of a `tokenizer.json`. Where there is none, entries are parted by spaces, as in the reference.
 *
 * @throws {SyntaxError} If its type is unknown or a field is not what it must be.
 */
export function decoder(part: Part | null): Decoder {
  const steps: Step[] = [];
  let trim: Trim = { character: " ", start: 0, end: 0 };
  let fused = false;

  const add = (part: Part): void => {
    switch (part.type) {
      case "Sequence":
        return part.parts("decoders").forEach(add);
      case "ByteLevel":
        return void steps.push(letters);
      case "ByteFallback":
        return void steps.push(byteToken);
      case "Fuse":
        return void (fused = true);
      case "Metaspace": {
        const letter = part.text("replacement", "\u2581");
        steps.push((entry) => entry.replaceAll(letter, " "));
        const never = part.text("prepend_scheme", "always") === "never" ||
          !part.flag("add_prefix_space", true);
        if (!never) trim = { ...trim, start: 1 };
        return;
      }
      case "WordPiece": {
        const prefix = part.text("prefix", "##");
        steps.push((entry) => entry.startsWith(prefix) ? entry.slice(prefix.length) : ` ${entry}`);
        trim = { ...trim, start: 1 };
        return;
      }
      case "BPEDecoder": {
        const suffix = part.text("suffix", "</w>");
        steps.push((entry) => entry.replaceAll(suffix, " "));
        trim = { ...trim, end: 1 };
        return;
      }
      case "Replace":
        return void steps.push(replace(part));
      case "Strip": {
        const character = part.text("content", " ");
        const [start, end] = [part.number("start", 0), part.number("stop", 0)];
        if (fused) trim = { character, start, end };
        else steps.push((entry) => strip(entry, character, start, end));
        return;
      }
      default:
        return part.refuse("type", `one of ${known}`);
    }
  };
  if (part !== null) add(part);
  else {
    steps.push((entry) => ` ${entry}`);
    trim = { ...trim, start: 1 };
  }

  return {
    trim,
    bytes(entry, added) {
      let now: string | Uint8Array = entry;
      for (const step of steps) {
        now = step(now, added);
        if (typeof now !== "string") return now;
      }
      return toBytes(now);
    },
  };
}

/** Reads the letters of a byte-level vocabulary as bytes. */
function letters(entry: string, added: boolean): string | Uint8Array {
  if (added) return entry;
  const bytes = new Uint8Array(entry.length);
  for (let at = 0; at < entry.length; at++) {
    const byte = letterBytes.get(entry[at]!);
    if (byte === undefined) return entry; // no byte has this letter: the entry is plain text
    bytes[at] = byte;
  }
  return bytes;
}

/** Reads `<0x0A>` as the byte that it names. */
function byteToken(entry: string): string | Uint8Array {
  const match = /^<0x([0-9A-Fa-f]{2})>$/.exec(entry);
  return match === null ? entry : Uint8Array.of(Number.parseInt(match[1]!, 16));
}

/** Replaces a pattern by a text. */
function replace(part: Part): Step {
  const pattern = part.value("pattern") as { Regex?: unknown; String?: unknown } | undefined;
  if (typeof pattern?.Regex !== "string" && typeof pattern?.String !== "string") {
    part.refuse("pattern", "{ Regex } or { String }");
  }
  const content = part.text("content");
  try {
    const config = { type: "Replace" as const, pattern: pattern as { String: string }, content };
    const compiled = new ReplaceDecoder(config).pattern!;
    return (entry) => entry.replaceAll(compiled, () => content);
  } catch (error) {
    return part.refuse("pattern", "a pattern that JavaScript can match", error);
  }
}

/** Drops up to so many characters from the ends. */
function strip(entry: string, character: string, start: number, end: number): string {
  let from = 0;
  while (from < start && entry[from] === character) from++;
  let to = entry.length;
  while (entry.length - to < end && to > from && entry[to - 1] === character) to--;
  return entry.slice(from, to);
}
