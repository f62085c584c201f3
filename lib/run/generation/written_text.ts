/**
 * The text that generated tokens stand for.
 *
 * @module
 */

import type { PromptTokens, Transformer } from "../../model/mod.ts";
import { joinedText } from "../../show/mod.ts";
import { shownToken } from "../next_tokens.ts";

/**
 * The text that tokens add to that of a prompt. Bytes that are no whole character yet are U+FFFD.
 *
 * @param model The model whose tokens they are.
 * @param prompt The prompt that they continue: how a token begins may depend on what stands before it.
 * @param ids The tokens.
 * @returns Their text; a token that the tokenizer lacks, or every one without a tokenizer, is its number, such as `#17`.
 */
export function writtenText(
  model: Transformer,
  prompt: PromptTokens,
  ids: readonly number[],
): string {
  const { tokenizer } = model;
  if (ids.length === 0) return "";
  const whole = [...prompt.ids, ...ids];
  if (!tokenizer || whole.some((id) => id >= tokenizer.vocabularySize)) {
    return joinedText(ids.map((id) => shownToken(model, id)));
  }
  const { text, tokens } = tokenizer.fromIds(whole);
  return text.slice(tokens[prompt.ids.length]!.start);
}
