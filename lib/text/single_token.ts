/**
 * Texts that are one token, such as an answer whose logit is to be read.
 *
 * @module
 */

import type { Token } from "./token.ts";

/**
 * Gives the id of a text that is one token.
 *
 * @param text The text.
 * @param encode Cuts a text into tokens, without any round it.
 * @throws {RangeError} If the text is not one token; the message says into which tokens it splits, and whether a
 * leading space more or less makes it one.
 */
export function singleToken(text: string, encode: (text: string) => readonly Token[]): number {
  const tokens = encode(text);
  if (tokens.length === 1) return tokens[0]!.id;
  const quoted = JSON.stringify(text);
  if (tokens.length === 0) {
    throw new RangeError(`Cannot find one token for ${quoted} as it must not be empty`);
  }
  const other = text.startsWith(" ") ? text.slice(1) : ` ${text}`;
  const single = other !== "" && encode(other).length === 1;
  const shown = tokens.slice(0, 12).map((token) => JSON.stringify(token.text)).join(", ");
  throw new RangeError(
    `Cannot find one token for ${quoted} as it splits into ${tokens.length}: ${shown}` +
      (tokens.length > 12 ? ", …" : "") +
      (single ? `; did you mean ${JSON.stringify(other)}, which is one token?` : ""),
  );
}
