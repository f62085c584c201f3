/**
 * Spellings of one word as tokens.
 *
 * @module
 */

import type { Tokenizer } from "../text/mod.ts";

/**
 * Finds the single tokens that spell a word in another way: with or without a space before it, with or without a capital.
 *
 * @param tokenizer The tokenizer.
 * @param text The word, or a token.
 * @returns The ids, each once, the given spelling first if it is one token.
 */
export function spellings(tokenizer: Tokenizer, text: string): number[] {
  const bare = text.trim();
  const capital = bare.charAt(0).toUpperCase() + bare.slice(1);
  const small = bare.charAt(0).toLowerCase() + bare.slice(1);
  const forms = new Set([text, ...[bare, capital, small].flatMap((word) => [` ${word}`, word])]);
  const ids = [...forms].flatMap((form) => {
    const { ids } = tokenizer.encode(form, { beginning: false, end: false });
    return ids.length === 1 ? ids : [];
  });
  return [...new Set(ids)];
}
