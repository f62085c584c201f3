/**
 * The end of a text in quotes, for titles.
 *
 * @module
 */

import type { ShownToken } from "./display.ts";
import { visibleText } from "./token_text.ts";

const letters = new Intl.Segmenter("en", { granularity: "grapheme" });

/**
 * Quotes the end of a text, or of a prompt without the special tokens that it begins with, for a title.
 *
 * @param read The text, or the prompt.
 * @param most The most UTF-16 units of it that are quoted.
 * @returns The end in quotes, with `…` before it where it is not all, and no letter or emoji halved. What has no form, such as a
 * character that turns the direction of text, is written as tokens write it.
 *
 * @example
 * ```ts
 * import { quotedEnd } from "@innerworks/innerworks";
 * if (quotedEnd("to the store", 5) !== '"…store"') throw new Error("cut elsewhere");
 * ```
 */
export function quotedEnd(
  read: string | { readonly text: string; readonly tokens: readonly ShownToken[] },
  most = 90,
): string {
  const text = typeof read === "string" ? read : withoutBeginning(read.text, read.tokens);
  return `"${visibleText(text.length > most ? `…${endOf(text, most)}` : text)}"`;
}

/** The last whole letters of a text. */
function endOf(text: string, most: number): string {
  // What is cut first may halve a letter, so the first of the rest is no letter of the text.
  const whole = Array.from(letters.segment(text.slice(-2 * most)), ({ segment }) => segment);
  if (text.length > 2 * most) whole.shift();
  let from = whole.length, length = 0;
  while (from > 0 && length + whole[from - 1]!.length <= most) length += whole[--from]!.length;
  return whole.slice(from).join("");
}

/** A prompt's text after the special tokens at its beginning. */
function withoutBeginning(text: string, tokens: readonly ShownToken[]): string {
  let rest = text;
  for (const { special, text: own } of tokens) {
    if (!special) break;
    // A beginning that was put before the text is a token, and not in the text.
    if (own !== "" && rest.startsWith(own)) rest = rest.slice(own.length);
  }
  return rest;
}
