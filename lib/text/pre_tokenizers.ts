/**
 * Pre-tokenizers: the cutting of a text into words, inside which tokens are found.
 *
 * The patterns are translated from Oniguruma's by `@huggingface/tokenizers`; the cutting is ours, since the original
 * place of every piece is kept.
 *
 * @module
 */

import { Aligned } from "./aligned.ts";
import { SplitPreTokenizer } from "./hf_tokenizers.ts";
import type { Part } from "./tokenizer_json.ts";
import { byteLetters, toBytes } from "./utf8.ts";

/** Cuts pieces of text further; `first` says that the pieces begin the text. */
export type PreTokenizer = (pieces: Aligned[], first: boolean) => Aligned[];

/** What becomes of the matches of a pattern. */
type Behaviour = "Isolated" | "Removed" | "MergedWithPrevious" | "MergedWithNext" | "Contiguous";

const behaviours = ["Isolated", "Removed", "MergedWithPrevious", "MergedWithNext", "Contiguous"];
const known =
  "BertPreTokenizer, ByteLevel, CharDelimiterSplit, Digits, FixedLength, Metaspace, Punctuation, Sequence, Split, Whitespace, WhitespaceSplit";
const gpt2Words =
  "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";
// Letters and what may stand inside a word, as Rust's \w has it, which unlike Oniguruma's takes the joiners in.
const wordsAndSigns =
  /[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}]+|[^\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}\p{White_Space}]+/gu;
const punctuation = /[\p{P}\x21-\x2F\x3A-\x40\x5B-\x60\x7B-\x7E]/gu;

/**
 * Reads the `pre_tokenizer` of a `tokenizer.json`.
 *
 * @throws {SyntaxError} If its type is unknown or a field is missing.
 */
export function preTokenizer(part: Part | null): PreTokenizer {
  if (part === null) return (pieces) => pieces;
  switch (part.type) {
    case "Sequence": {
      const steps = part.parts("pretokenizers").map(preTokenizer);
      return (pieces, first) => steps.reduce((now, step) => step(now, first), pieces);
    }
    case "ByteLevel":
      return byteLevel(part);
    case "Split": {
      const pattern = patternOf(part);
      const behaviour = behaviourOf(part);
      const invert = part.flag("invert", false);
      return each((piece) => cut(piece, pattern, behaviour, invert));
    }
    case "Whitespace":
      return each((piece) => cut(piece, wordsAndSigns, "Removed", true));
    case "WhitespaceSplit":
      return each((piece) => cut(piece, /\p{White_Space}/gu, "Removed"));
    case "BertPreTokenizer":
      return each((piece) =>
        cut(piece, /\p{White_Space}/gu, "Removed").flatMap((word) =>
          cut(word, punctuation, "Isolated")
        )
      );
    case "Punctuation": {
      const behaviour = behaviourOf(part);
      return each((piece) => cut(piece, punctuation, behaviour));
    }
    case "Digits": {
      const single = part.flag("individual_digits", false);
      return each((piece) => cut(piece, /\p{N}/gu, single ? "Isolated" : "Contiguous"));
    }
    case "CharDelimiterSplit": {
      const delimiter = regex(undefined, part.text("delimiter", " "));
      return each((piece) => cut(piece, delimiter, "Removed"));
    }
    case "FixedLength": {
      const length = part.number("length", 5);
      if (!Number.isInteger(length) || length < 1) part.refuse("length", "an integer from 1 on");
      const pattern = new RegExp(`[\\s\\S]{1,${length}}`, "gu");
      return each((piece) => cut(piece, pattern, "Isolated"));
    }
    case "Metaspace":
      return metaspace(part);
    default:
      return part.refuse("type", `one of ${known}`);
  }
}

/** Applies a cutting to every piece. */
function each(step: (piece: Aligned) => Aligned[]): PreTokenizer {
  return (pieces) => pieces.flatMap(step);
}

/** Spells words as bytes in the printable alphabet of GPT-2. */
function byteLevel(part: Part): PreTokenizer {
  const prefix = part.flag("add_prefix_space", true);
  const words = part.flag("use_regex", true) ? regex(gpt2Words) : null;
  return each((piece) => {
    const text = prefix && !piece.text.startsWith(" ")
      ? piece.replace([{ from: 0, to: 0, text: " " }])
      : piece;
    return (words === null ? [text] : cut(text, words, "Isolated")).map(spellBytes);
  });
}

/** Respells a piece with one letter a byte. */
export function spellBytes(piece: Aligned): Aligned {
  const bytes = toBytes(piece.text);
  let text = "";
  for (const byte of bytes) text += byteLetters[byte];
  const starts = new Int32Array(bytes.length);
  const ends = new Int32Array(bytes.length);
  let at = 0;
  let unit = 0;
  for (const character of piece.text) {
    const code = character.codePointAt(0)!;
    const size = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    starts.fill(piece.start(unit), at, at + size);
    ends.fill(piece.end(unit + character.length - 1), at, at + size);
    at += size;
    unit += character.length;
  }
  return Aligned.changed(text, starts, ends);
}

/** SentencePiece's way: spaces become a visible letter, and each word begins with it. */
function metaspace(part: Part): PreTokenizer {
  const letter = part.text("replacement", "\u2581");
  // Before 0.14 the scheme was a flag.
  const scheme = part.flag("add_prefix_space", true)
    ? part.text("prepend_scheme", "always")
    : "never";
  if (!["always", "never", "first"].includes(scheme)) {
    part.refuse("prepend_scheme", '"always", "never" or "first"');
  }
  const splits = part.flag("split", true);
  const pattern = regex(undefined, letter);
  return (pieces, first) =>
    pieces.flatMap((piece, index) => {
      const spaces = [...piece.text.matchAll(/ /g)].map(({ index }) => ({
        from: index,
        to: index + 1,
        text: letter,
      }));
      let text = piece.replace(spaces);
      const wanted = scheme === "always" || scheme === "first" && first && index === 0;
      if (wanted && !text.text.startsWith(letter)) {
        text = text.replace([{ from: 0, to: 0, text: letter }]);
      }
      return splits ? cut(text, pattern, "MergedWithNext") : [text];
    });
}

/** Compiles a pattern of a `tokenizer.json`, by way of the library that translates Oniguruma's dialect. */
function regex(source: string | undefined, literal?: string): RegExp {
  const pattern = source === undefined ? { String: literal! } : { Regex: source };
  return new SplitPreTokenizer({ type: "Split", pattern, behavior: "Isolated", invert: true })
    .pattern!;
}

/** Reads the pattern of a `Split`. */
function patternOf(part: Part): RegExp {
  const pattern = part.value("pattern") as { Regex?: unknown; String?: unknown } | undefined;
  try {
    if (typeof pattern?.Regex === "string") return regex(pattern.Regex);
    if (typeof pattern?.String === "string") return regex(undefined, pattern.String);
  } catch (error) {
    part.refuse("pattern", "a pattern that JavaScript can match", error);
  }
  return part.refuse("pattern", "{ Regex } or { String }");
}

/** Reads what becomes of a pattern's matches. */
function behaviourOf(part: Part): Behaviour {
  const name = part.text("behavior", "Isolated");
  if (!behaviours.includes(name)) part.refuse("behavior", `one of ${behaviours.join(", ")}`);
  return name as Behaviour;
}

/**
 * Cuts a piece at the matches of a pattern; with `invert`, what lies between matches counts as matched, and matches as
 * what lies between.
 */
function cut(piece: Aligned, pattern: RegExp, behaviour: Behaviour, invert = false): Aligned[] {
  const parts: { from: number; to: number; matched: boolean }[] = [];
  let at = 0;
  for (const match of piece.text.matchAll(pattern)) {
    if (match[0] === "") continue;
    if (match.index > at) parts.push({ from: at, to: match.index, matched: invert });
    at = match.index + match[0].length;
    parts.push({ from: match.index, to: at, matched: !invert });
  }
  if (at < piece.text.length) parts.push({ from: at, to: piece.text.length, matched: invert });

  const kept: typeof parts = [];
  let before = false; // whether the part before was matched
  for (const part of parts) {
    const last = kept.at(-1);
    const merges = behaviour === "Contiguous" && part.matched === before ||
      behaviour === "MergedWithPrevious" && part.matched && !before ||
      behaviour === "MergedWithNext" && !part.matched && before;
    if (merges && last !== undefined) last.to = part.to;
    else if (behaviour !== "Removed" || !part.matched) kept.push({ ...part });
    before = part.matched;
  }
  return kept.map(({ from, to }) => piece.slice(from, to));
}
