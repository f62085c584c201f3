/**
 * Normalizers: how a tokenizer changes a text before cutting it. Each change keeps the place in the original text.
 *
 * @module
 */

import type { Aligned } from "./aligned.ts";
import { charsmap } from "./charsmap.ts";
import { ReplaceNormalizer } from "./hf_tokenizers.ts";
import { spellBytes } from "./pre_tokenizers.ts";
import type { Part } from "./tokenizer_json.ts";

/** Changes a text. */
export type Normalizer = (text: Aligned) => Aligned;

const known =
  "BertNormalizer, ByteLevel, Lowercase, NFC, NFD, NFKC, NFKD, Nmt, Precompiled, Prepend, Replace, Sequence, Strip, StripAccents";

/**
 * Reads the `normalizer` of a `tokenizer.json`.
 *
 * @throws {SyntaxError} If its type is unknown or a field is not what it must be.
 */
export function normalizer(part: Part | null): Normalizer {
  if (part === null) return (text) => text;
  switch (part.type) {
    case "Sequence": {
      const steps = part.parts("normalizers").map(normalizer);
      return (text) => steps.reduce((now, step) => step(now), text);
    }
    case "NFC":
    case "NFD":
    case "NFKC":
    case "NFKD": {
      const form = part.type;
      return (text) => unicode(text, form);
    }
    case "Nmt":
      return (text) => eachCharacter(text, nmt);
    case "ByteLevel":
      return (text) => spellBytes(text);
    case "Lowercase":
      return (text) => eachCharacter(text, lower);
    case "StripAccents":
      return (text) =>
        eachCharacter(text, (character) => /\p{M}/u.test(character) ? "" : character);
    case "Strip":
      return strip(part.flag("strip_left", true), part.flag("strip_right", true));
    case "Prepend": {
      const prefix = part.text("prepend");
      return (text) => text.text === "" ? text : text.replace([{ from: 0, to: 0, text: prefix }]);
    }
    case "Replace":
      return replace(part);
    case "BertNormalizer":
      return bert(part);
    case "Precompiled":
      return charsmap(part);
    default:
      return part.refuse("type", `one of ${known}`);
  }
}

/** Drops control characters and makes line ends and invisible spaces a space, as SentencePiece does for translation. */
function nmt(character: string): string {
  // deno-lint-ignore no-control-regex
  if (/[\x01-\x08\x0B\x0E-\x1F\x7F\x8F\x9F]/.test(character)) return "";
  return /[\t\n\f\r\u1680\u200B-\u200F\u2028\u2029\u2581\uFEFF\uFFFD]/.test(character)
    ? " "
    : character;
}

/** Lower-cases one character, as the reference does: without regard to its neighbours (Σ is always σ). */
function lower(character: string): string {
  return character.toLowerCase();
}

/** Changes each character on its own. */
function eachCharacter(text: Aligned, change: (character: string) => string): Aligned {
  const parts: { from: number; to: number; text: string }[] = [];
  let from = 0;
  for (const character of text.text) {
    const to = from + character.length;
    const changed = change(character);
    if (changed !== character) parts.push({ from, to, text: changed });
    from = to;
  }
  return text.replace(parts);
}

/**
 * Brings a text into a Unicode normal form. A character is changed together with the marks after it, and with what else
 * it composes with, so that its whole range is kept.
 */
function unicode(text: Aligned, form: "NFC" | "NFD" | "NFKC" | "NFKD"): Aligned {
  if (text.text.normalize(form) === text.text) return text;
  const parts: { from: number; to: number; text: string }[] = [];
  // ASCII never changes and composes only with what comes after it.
  for (const stretch of text.text.matchAll(/[\0-\x7F]?[^\0-\x7F]+/g)) {
    let from = stretch.index;
    let group = "";
    const flush = (): void => {
      const changed = group.normalize(form);
      const to = from + group.length;
      // What stays the same at both ends keeps its own place.
      const start = common([...group], [...changed]);
      const end = common([...group.slice(start)].reverse(), [...changed.slice(start)].reverse());
      const text = changed.slice(start, changed.length - end);
      if (changed !== group) parts.push({ from: from + start, to: to - end, text });
      from = to;
    };
    for (const [cluster] of stretch[0].matchAll(/\P{M}\p{M}*|\p{M}+/gu)) {
      const together = group + cluster;
      if (together.normalize(form) === group.normalize(form) + cluster.normalize(form)) {
        flush();
        group = cluster;
      } else {
        group = together; // such as the parts of a Hangul syllable
      }
    }
    flush();
  }
  return text.replace(parts);
}

/** The length of what two lists of characters begin with alike, in UTF-16 units. */
function common(a: readonly string[], b: readonly string[]): number {
  let length = 0;
  for (let i = 0; i < a.length && a[i] === b[i]; i++) length += a[i]!.length;
  return length;
}

/** Cuts white space off the ends. */
function strip(left: boolean, right: boolean): Normalizer {
  return (text) => {
    const start = left ? /^\p{White_Space}*/u.exec(text.text)![0].length : 0;
    let end = text.text.length;
    // From the end by hand: a pattern anchored there would try every run of spaces in the text.
    while (right && end > start && /\p{White_Space}/u.test(text.text[end - 1]!)) end--;
    return text.slice(start, end);
  };
}

/** Replaces a pattern by a text. */
function replace(part: Part): Normalizer {
  const pattern = part.value("pattern") as { Regex?: unknown; String?: unknown } | undefined;
  if (typeof pattern?.Regex !== "string" && typeof pattern?.String !== "string") {
    part.refuse("pattern", "{ Regex } or { String }");
  }
  const content = part.text("content");
  let compiled: RegExp;
  try {
    const config = { type: "Replace" as const, pattern: pattern as { String: string }, content };
    compiled = new ReplaceNormalizer(config).pattern!;
  } catch (error) {
    part.refuse("pattern", "a pattern that JavaScript can match", error);
  }
  return (text) =>
    text.replace(
      [...text.text.matchAll(compiled)].map((match) => ({
        from: match.index,
        to: match.index + match[0].length,
        text: content,
      })),
    );
}

/** BERT's own clean-up: control characters, Chinese characters as words, accents, case. */
function bert(part: Part): Normalizer {
  const cleans = part.flag("clean_text", true);
  const splits = part.flag("handle_chinese_chars", true);
  const lowers = part.flag("lowercase", true);
  const accents = part.flag("strip_accents", lowers);
  return (text) => {
    let now = text;
    if (cleans) now = eachCharacter(now, clean);
    if (splits) now = eachCharacter(now, (c) => isChinese(c.codePointAt(0)!) ? ` ${c} ` : c);
    if (accents) {
      now = eachCharacter(unicode(now, "NFD"), (c) => /\p{Mn}/u.test(c) ? "" : c);
    }
    return lowers ? eachCharacter(now, lower) : now;
  };
}

/** Drops control characters and makes every white space a space. */
function clean(character: string): string {
  if (/[\t\n\r]/.test(character)) return " ";
  if (/[\uFFFD\p{Cc}\p{Cf}\p{Co}]/u.test(character)) return "";
  return /\p{White_Space}/u.test(character) ? " " : character;
}

/** Whether a code point is a Chinese character, by the blocks that BERT lists. */
function isChinese(code: number): boolean {
  return code >= 0x4E00 && code <= 0x9FFF || code >= 0x3400 && code <= 0x4DBF ||
    code >= 0x20000 && code <= 0x2A6DF || code >= 0x2A700 && code <= 0x2B73F ||
    code >= 0x2B740 && code <= 0x2B81F || code >= 0x2B920 && code <= 0x2CEAF ||
    code >= 0xF900 && code <= 0xFAFF || code >= 0x2F800 && code <= 0x2FA1F;
}
