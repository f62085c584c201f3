/**
 * Added tokens (`<|endoftext|>`, `<s>`): cut out of a text before the rest is split into words.
 *
 * @module
 */

import type { Aligned } from "./aligned.ts";
import type { Part } from "./tokenizer_json.ts";

/** One entry of `added_tokens` in a `tokenizer.json`. */
export interface AddedToken {
  /** The id of the token. */
  readonly id: number;
  /** The text that it is found by. */
  readonly content: string;
  /** Whether it is only found where no letter, digit or underscore touches it. */
  readonly singleWord: boolean;
  /** Whether it swallows white space before it. */
  readonly stripsLeft: boolean;
  /** Whether it swallows white space after it. */
  readonly stripsRight: boolean;
  /** Whether it is looked for in the normalized text and not in the text as given. */
  readonly normalized: boolean;
  /** Whether it marks structure and is no part of the text. */
  readonly special: boolean;
}

/**
 * Reads `added_tokens` of a `tokenizer.json`.
 *
 * @throws {SyntaxError} If a field is not what it must be.
 */
export function addedTokens(whole: Part): AddedToken[] {
  return whole.parts("added_tokens").map((part) => {
    const id = part.number("id");
    if (!Number.isInteger(id) || id < 0 || id >= 2 ** 31) part.refuse("id", "an integer from 0 on");
    const special = part.flag("special", false);
    return {
      id,
      content: part.text("content"),
      singleWord: part.flag("single_word", false),
      stripsLeft: part.flag("lstrip", false),
      stripsRight: part.flag("rstrip", false),
      normalized: part.flag("normalized", !special),
      special,
    };
  });
}

/** A stretch of a text: an added token or what stands between two of them. */
export interface Section {
  /** The stretch. */
  readonly text: Aligned;
  /** The added token that it is, if any. */
  readonly token: AddedToken | null;
}

/** Cuts texts at added tokens. */
export type Splitter = (text: Aligned) => Section[];

const wordBefore = /[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}]$/u;
const wordAfter = /^[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}]/u;
const space = /\p{White_Space}/u;

/**
 * Builds the function that cuts a text at added tokens: the leftmost, and of those that begin together the longest.
 *
 * @param tokens Each token with the text that it is found by.
 */
export function splitter(tokens: readonly (readonly [content: string, AddedToken])[]): Splitter {
  const byContent = new Map(tokens.filter(([content]) => content !== ""));
  if (byContent.size === 0) return (text) => [{ text, token: null }];
  const contents = [...byContent.keys()].sort((a, b) => b.length - a.length);
  const pattern = new RegExp(contents.map((content) => escape(content)).join("|"), "g");

  return (text) => {
    const sections: Section[] = [];
    let at = 0;
    const cut = (from: number, to: number, token: AddedToken | null): void => {
      if (to > from) sections.push({ text: text.slice(from, to), token });
      at = Math.max(at, to);
    };
    for (const match of text.text.matchAll(pattern)) {
      const token = byContent.get(match[0])!;
      let from = match.index;
      let to = from + match[0].length;
      if (from < at) continue; // swallowed by the token before
      if (token.singleWord && touchesWord(text.text, from, to)) continue;
      // Step by step: a pattern anchored at the end would try every run of spaces before it.
      while (token.stripsLeft && from > at && space.test(text.text[from - 1]!)) from--;
      while (token.stripsRight && to < text.text.length && space.test(text.text[to]!)) to++;
      cut(at, from, null);
      cut(from, to, token);
    }
    cut(at, text.text.length, null);
    return sections;
  };
}

/** Whether a letter, digit or underscore stands right before or after a range. */
function touchesWord(text: string, from: number, to: number): boolean {
  return wordBefore.test(text.slice(Math.max(0, from - 2), from)) ||
    wordAfter.test(text.slice(to, to + 2));
}

/** Spells a text so that a regular expression matches it and nothing else. */
function escape(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
}
