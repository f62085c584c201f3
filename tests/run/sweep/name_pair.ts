/**
 * A pair of seedling's prompts in which another name has given, and what tells the two answers apart.
 *
 * @module
 */

import { logitDifference, type PromptPair, promptPair } from "../../../lib/run/mod.ts";
import type { Transformer } from "../../../lib/model/mod.ts";

/** The clean prompt: the answer is Mary. */
export const TEXT = "When Mary and John went to the store, John gave a key to";

/** How much likelier Mary is than John. */
export const METRIC = logitDifference(" Mary", " John");

/** Makes the pair; in the corrupt prompt Mary gives. */
export function namePair(
  model: Transformer,
  options: { readonly spans?: Readonly<Record<string, readonly number[]>> } = {},
): PromptPair {
  return promptPair(model, {
    clean: TEXT,
    corrupt: TEXT.replace("John gave", "Mary gave"),
    answer: " Mary",
    wrong: " John",
    ...options,
  });
}
