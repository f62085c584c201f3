/**
 * Reads the one prompt, the position and the tokens that a method is about.
 *
 * @module
 */

import type { Prompt, PromptTokens, Transformer } from "../model/mod.ts";

/**
 * Reads one prompt.
 *
 * @throws {RangeError} If there are several.
 */
export function onePrompt(model: Transformer, prompt: Prompt, purpose: string): PromptTokens {
  const prompts = model.tokenize(prompt);
  if (prompts.length === 1) return prompts[0]!;
  throw new RangeError(
    `Cannot ${purpose} as there must be one prompt: there are ${prompts.length}`,
  );
}

/**
 * Reads a position; negative ones count from the end.
 *
 * @throws {RangeError} If the prompt has none there.
 */
export function onePosition({ ids }: PromptTokens, position: number, purpose: string): number {
  const at = position < 0 ? ids.length + position : position;
  if (Number.isInteger(at) && at >= 0 && at < ids.length) return at;
  throw new RangeError(
    `Cannot ${purpose} as the position must be from ${-ids.length} to ${
      ids.length - 1
    }: current value is ${position}`,
  );
}

/**
 * Reads a token, given as text or by its id.
 *
 * @throws {RangeError} If a text is not one token, or an id is outside the vocabulary.
 */
export function oneToken(model: Transformer, token: string | number, purpose: string): number {
  if (typeof token === "string") return model.toSingleToken(token);
  const { vocabulary } = model.architecture;
  if (Number.isInteger(token) && token >= 0 && token < vocabulary) return token;
  throw new RangeError(
    `Cannot ${purpose} as a token id must be an integer from 0 to ${
      vocabulary - 1
    }: current value is ${token}`,
  );
}
