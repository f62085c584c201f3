/**
 * How a token is shown: what cannot be seen gets a visible form, and nothing is taken for what it is not.
 *
 * @module
 */

import type { ShownToken } from "./display.ts";

/** A stretch of a token's visible form: what it holds, or a mark for what cannot be seen. */
export interface TokenPart {
  /** What is shown. */
  readonly text: string;
  /** Whether it stands for something that is not itself visible. */
  readonly mark: boolean;
}

/** The most characters of a token that are shown. */
const longest = 48;
const headLength = 24;
const tailLength = 8;

// Emoji made of several code points stay whole; then what has no width, no ink or no meaning of its own.
const pieces =
  /\p{RGI_Emoji}|[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800\ufffd]|(?! )\p{Zs}| +|[\s\S]/gv;
const invisible =
  /^[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}\p{Zs}\p{Default_Ignorable_Code_Point}\u2800]$/v;

const hex = (value: number, digits: number): string =>
  value.toString(16).toUpperCase().padStart(digits, "0");

const boxed = (character: string): string => `⟨U+${hex(character.codePointAt(0)!, 4)}⟩`;

/** The pieces of text that is whole, in reading order. */
function textParts(text: string): TokenPart[] {
  const parts: TokenPart[] = [];
  const add = (shown: string, mark: boolean): void => {
    const last = parts.at(-1);
    if (last && last.mark === mark) parts[parts.length - 1] = { text: last.text + shown, mark };
    else parts.push({ text: shown, mark });
  };
  for (const { 0: piece, index } of text.matchAll(pieces)) {
    const atEdge = index === 0 || index + piece.length === text.length;
    if (piece === "\n") add("↵", true);
    else if (piece === "\t") add("⇥", true);
    else if (piece[0] === " ") {
      if (piece.length > 4) add(`·×${piece.length}`, true);
      else if (atEdge || piece.length > 1) add("·".repeat(piece.length), true);
      else add(piece, false);
    } else if (invisible.test(piece)) add(boxed(piece), true);
    // A mark with nothing to stand on would join whatever is shown before it.
    else if (index === 0 && /^\p{M}/u.test(piece)) add("◌" + piece, false);
    else add(piece, false);
  }
  return parts;
}

/** Writes text as tokens are written, but for its spaces, which stay. */
export function visibleText(text: string): string {
  return text.replace(pieces, (piece) => {
    if (piece === "\n") return "↵";
    if (piece === "\t") return "⇥";
    return piece[0] !== " " && invisible.test(piece) ? boxed(piece) : piece;
  });
}

/** How many bytes the UTF-8 character at a place has; 0 if it is none. */
function characterLength(bytes: Uint8Array, at: number): number {
  const first = bytes[at]!;
  const length = first < 0x80 ? 1 : first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  if (length === 0 || first > 0xf4 || at + length > bytes.length) return 0;
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(at, at + length));
    return length;
  } catch {
    return 0;
  }
}

/** The pieces of bytes, some of which are no whole character. */
function byteParts(bytes: Uint8Array): TokenPart[] {
  const parts: TokenPart[] = [];
  let whole = 0;
  let broken: string[] = [];
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  const flush = (end: number): void => {
    if (end > whole) parts.push(...textParts(decoder.decode(bytes.subarray(whole, end))));
  };
  for (let at = 0; at < bytes.length;) {
    const length = characterLength(bytes, at);
    if (length === 0) {
      if (broken.length === 0) flush(at);
      broken.push(hex(bytes[at]!, 2));
      whole = ++at;
      continue;
    }
    if (broken.length > 0) parts.push({ text: `⟨${broken.join(" ")}⟩`, mark: true });
    broken = [];
    at += length;
  }
  if (broken.length > 0) parts.push({ text: `⟨${broken.join(" ")}⟩`, mark: true });
  else flush(bytes.length);
  return parts;
}

/**
 * Takes a token apart into what it shows and the marks for what cannot be seen.
 *
 * @param token The token.
 * @returns The parts in reading order, shortened in the middle where the token is very long.
 */
export function tokenParts(token: ShownToken): TokenPart[] {
  const { text, bytes } = token;
  const asBytes = bytes !== undefined && text.includes("\uFFFD");
  if (!asBytes && text.length > longest) {
    const characters = text.length < 4096 ? [...text] : undefined;
    const count = characters?.length ?? [...text].length;
    if (count > longest) {
      const start = [...text.slice(0, headLength * 2)].slice(0, headLength).join("");
      const end = [...text.slice(-tailLength * 2)].slice(-tailLength).join("");
      return [
        ...textParts(start),
        { text: `…⟨${count} characters⟩…`, mark: true },
        ...textParts(end),
      ];
    }
  }
  if (asBytes && bytes.length > longest) {
    return [
      ...byteParts(bytes.subarray(0, headLength)),
      { text: `…⟨${bytes.length} bytes⟩…`, mark: true },
      ...byteParts(bytes.subarray(-tailLength)),
    ];
  }
  const parts = asBytes ? byteParts(bytes) : textParts(text);
  return parts.length > 0 ? parts : [{ text: "∅", mark: true }];
}

/**
 * Writes the visible form of a token as plain text: `·` for a space at its edge, `↵` for a newline, `⇥` for a tab,
 * `⟨U+200B⟩` for what has no form, `⟨E2 80⟩` for bytes that are no whole character, `⟦…⟧` round a special token, `∅` for
 * an empty one; the middle of a very long one is left out and its length said.
 *
 * @param token The token.
 * @returns Its visible form, without line breaks.
 *
 * @example
 * ```ts
 * import { tokenText } from "@innerworks/innerworks";
 * if (tokenText({ text: " the\n" }) !== "·the↵") throw new Error("not visible");
 * ```
 */
export function tokenText(token: ShownToken): string {
  const text = tokenParts(token).map((part) => part.text).join("");
  return token.special ? `⟦${text}⟧` : text;
}

/**
 * Writes the exact text of a token as a quoted string in which nothing is invisible.
 *
 * @param token The token.
 * @returns For example `" the\n"` in quotes, shortened where it is very long.
 */
export function exactText(token: ShownToken): string {
  const limit = 200;
  const characters = [...token.text.slice(0, limit * 2)].slice(0, limit);
  const quoted = JSON.stringify(characters.join("")).replace(
    /[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]|(?! )\p{Zs}/gv,
    (character) => `\\u{${hex(character.codePointAt(0)!, 1)}}`,
  );
  const rest = token.text.length > characters.join("").length;
  return rest ? `${quoted}… (${token.text.length} UTF-16 units)` : quoted;
}
