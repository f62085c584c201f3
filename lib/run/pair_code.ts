/**
 * Pairs of prompts as expressions of TypeScript.
 *
 * @module
 */

import { promptCode } from "../model/mod.ts";
import { literalCode, namedCode } from "../show/mod.ts";
import type { PromptPair } from "./prompt_pair.ts";
import type { PromptPairs } from "./prompt_pairs.ts";

/** The most letters of an expression of several pairs; longer ones are a name. */
const mostLetters = 16_000;

/**
 * Writes pairs as the call that makes them of the same token ids, answers and spans.
 *
 * @param pairs A pair, or a list of them.
 * @returns An expression; of very many pairs the name `pairs`, with a comment that says what must stand there.
 */
export function pairCode(pairs: PromptPair | PromptPairs): string {
  if (!("pairs" in pairs)) return `promptPair(model, ${partsOf(pairs)})`;
  const code = `await promptPairs(model, [${pairs.pairs.map(partsOf).join(", ")}])`;
  if (code.length <= mostLetters) return code;
  return namedCode("pairs", `your ${pairs.size} pairs of prompts: ${pairs.facts.title}`);
}

function partsOf({ clean, corrupt, answers, wrongs, spans }: PromptPair): string {
  const one = (ids: readonly number[]) => literalCode(ids.length === 1 ? ids[0] : ids);
  const named = Object.keys(spans).length > 0 ? `, spans: ${literalCode(spans)}` : "";
  return `{ clean: ${promptCode(clean)}, corrupt: ${promptCode(corrupt)}, answer: ${
    one(answers)
  }, wrong: ${one(wrongs)}${named} }`;
}
