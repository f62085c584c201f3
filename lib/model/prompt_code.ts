/**
 * A prompt as an expression of TypeScript.
 *
 * @module
 */

import type { PromptTokens } from "./prompt.ts";

/** The most letters of the text that are said besides the ids. */
const most = 60;

/**
 * Writes a prompt as an expression that reads as the very same ids, whatever a tokenizer would make of the text; its beginning
 * stands beside them as a comment.
 *
 * @param prompt The prompt.
 * @returns For example `[1, 402, 77] /* "When Mary" *\/`.
 */
export function promptCode({ ids, text }: PromptTokens): string {
  const letters = [...text], said = letters.slice(0, most).join("");
  // What a token holds must not end the comment, nor the line.
  const comment = JSON.stringify(said + (letters.length > most ? "…" : ""))
    .replaceAll("*/", "*\\/").replace(/[\u2028\u2029]/g, " ");
  return `[${ids.join(", ")}] /* ${comment} */`;
}
