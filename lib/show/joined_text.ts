/**
 * The text of tokens that follow one another.
 *
 * @module
 */

import type { ShownToken } from "./display.ts";

/** What a token's text has where its bytes are no whole character. */
const BROKEN = "\uFFFD";

/**
 * Reads the text of tokens that follow one another: a character whose bytes lie in several of them is whole in it, which
 * their texts, put together, would lack.
 *
 * @param tokens The tokens, in reading order.
 * @returns The text; U+FFFD stands only where bytes are no character, as where the tokens end within one.
 *
 * @example
 * ```ts
 * import { joinedText } from "@innerworks/innerworks";
 * const tokens = [0xc3, 0xa9].map((byte) => ({ text: "\uFFFD", bytes: Uint8Array.of(byte) }));
 * if (joinedText([{ text: "caf" }, ...tokens]) !== "café") throw new Error("not whole");
 * ```
 */
export function joinedText(tokens: readonly ShownToken[]): string {
  let text = "", bytes: number[] = [];
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  const flush = (): void => {
    if (bytes.length > 0) text += decoder.decode(Uint8Array.from(bytes));
    bytes = [];
  };
  for (const token of tokens) {
    // A token without a broken character begins and ends with whole ones.
    if (token.bytes && token.text.includes(BROKEN)) bytes.push(...token.bytes);
    else {
      flush();
      text += token.text;
    }
  }
  flush();
  return text;
}
