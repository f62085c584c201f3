/**
 * From a prompt to token ids, with every way to be wrong refused at the door.
 *
 * @module
 */

import type { Encoding, Tokenizer } from "../text/mod.ts";
import type { Architecture } from "./architecture.ts";

/**
 * A prompt: text, token ids, or a list of either.
 *
 * Text gets a beginning-of-text token where the tokenizer's own settings say so. Ids are taken as they are: begin them
 * with `model.tokenizer.beginningToken.id` if the model was trained so.
 */
export type Prompt = string | readonly number[] | readonly (string | readonly number[])[];

/** One prompt as a model reads it. */
export type PromptTokens = Encoding;

/**
 * Reads prompts into tokens.
 *
 * Text gets a beginning-of-text token where the tokenizer's own settings say so, and each result says whether it was;
 * ids are taken as they are.
 *
 * @throws {RangeError} If there is no prompt or an empty one, one longer than the model's positions, or an id outside
 * the vocabulary.
 * @throws {TypeError} If a prompt is neither text nor ids, or is text and the model has no tokenizer.
 */
export function readPrompts(
  prompt: Prompt,
  tokenizer: Tokenizer | null,
  architecture: Architecture,
): readonly PromptTokens[] {
  const list = typeof prompt === "string" || isIds(prompt) ? [prompt] : prompt;
  if (!Array.isArray(list)) {
    throw new TypeError(
      `Cannot read a prompt as it must be text, token ids or a list of either: current value is ${
        kind(prompt)
      }`,
    );
  }
  if (list.length === 0) {
    throw new RangeError("Cannot run no prompts as a list must hold at least one");
  }
  return list.map((one, index) => {
    const title = list.length === 1 ? "the prompt" : `prompt ${index}`;
    return readOne(one, title, tokenizer, architecture);
  });
}

/** An empty list is one of no prompts, not a prompt without ids. */
function isIds(prompt: Prompt): prompt is readonly number[] {
  return Array.isArray(prompt) && prompt.length > 0 && prompt.every((id) => typeof id === "number");
}

function readOne(
  prompt: unknown,
  title: string,
  tokenizer: Tokenizer | null,
  { vocabulary, positions }: Architecture,
): PromptTokens {
  if (typeof prompt === "string") {
    if (!tokenizer) {
      throw new TypeError(
        `Cannot read ${title} as text as the model has no tokenizer: give token ids, or put a tokenizer.json beside the model`,
      );
    }
    if (prompt === "") {
      throw new RangeError(`Cannot run ${title} as it must hold a token: it is empty`);
    }
  } else if (!Array.isArray(prompt) || !prompt.every((id) => typeof id === "number")) {
    throw new TypeError(
      `Cannot read ${title} as it must be text or token ids: current value is ${kind(prompt)}`,
    );
  }
  const ids = typeof prompt === "string" ? null : prompt as readonly number[];
  const wrong = ids?.findIndex((id) => !Number.isInteger(id) || id < 0 || id >= vocabulary) ?? -1;
  if (wrong >= 0) {
    throw new RangeError(
      `Cannot run ${title} as a token id must be an integer from 0 to ${
        vocabulary - 1
      }: current value is ${ids![wrong]}`,
    );
  }
  const tokens = ids ? fromIds(ids, tokenizer) : tokenizer!.encode(prompt as string);
  const count = tokens.ids.length;
  if (count === 0) throw new RangeError(`Cannot run ${title} as it must hold a token: it is empty`);
  if (count > positions) {
    throw new RangeError(
      `Cannot run ${title} as it must have at most ${positions} tokens, the model's positions: it has ${count}`,
    );
  }
  const past = tokens.ids.find((id) => id >= vocabulary);
  if (past !== undefined) {
    throw new RangeError(
      `Cannot run ${title} as the tokenizer must not go past the model's vocabulary of ${vocabulary}: it gave token id ${past}`,
    );
  }
  return tokens;
}

/** Names ids by their tokens, or by number where there is no tokenizer. */
function fromIds(ids: readonly number[], tokenizer: Tokenizer | null): PromptTokens {
  if (tokenizer) return tokenizer.fromIds(ids);
  let start = 0;
  const tokens = ids.map((id) => {
    const text = `#${id}`, from = start;
    start += text.length;
    return {
      id,
      text,
      start: from,
      end: start,
      bytes: new TextEncoder().encode(text),
      special: false,
    };
  });
  return {
    text: tokens.map(({ text }) => text).join(""),
    ids: [...ids],
    tokens,
    beginning: false,
    end: false,
  };
}

/** A value by its kind, with its article. */
function kind(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" ? `an object (${value.constructor?.name})` : `a ${typeof value}`;
}
