/**
 * The tokens that end what a model writes.
 *
 * @module
 */

import type { Part } from "./tokenizer_json.ts";

/**
 * Reads which tokens end a text that a model writes. A checkpoint made for chats has several, such as the end of a turn
 * and the end of a text. An id that no token has is left out, as no model can write it.
 *
 * @param config The whole `generation_config.json`, or of `config.json` where there is none.
 * @param end The end-of-text token of the tokenizer, which counts where the configuration names none.
 * @param has Whether a token has an id.
 * @throws {SyntaxError} If `eos_token_id` is neither an id nor a list of ids.
 */
export function endTokenIds(
  config: Part | null,
  end: number | null,
  has: (id: number) => boolean,
): number[] {
  const own = end === null ? [] : [end];
  if (!config?.has("eos_token_id")) return own;
  const value = config.value("eos_token_id");
  const ids: unknown[] = Array.isArray(value) ? value : [value];
  if (!ids.every((id) => Number.isInteger(id))) {
    config.refuse("eos_token_id", "an id or a list of ids");
  }
  return [...new Set(ids as number[])].filter(has);
}
