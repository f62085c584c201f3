/**
 * The tokens that a model expects next.
 *
 * @module
 */

import { codeOf, sourceOf, withOrigin } from "./origin.ts";
import type { Prompt, PromptTokens, Transformer } from "../model/mod.ts";
import {
  display,
  type Document,
  drawn,
  type DrawnPromise,
  inspect,
  joinedText,
  LongTable,
  quotedEnd,
  refuseUnknownOptions,
  type ShownToken,
  tokenTable,
} from "../show/mod.ts";
import { checkModel } from "./check_model.ts";
import { type Edit, editText } from "./edit.ts";
import { exampleEdits } from "./example_edits.ts";
import { run } from "./run.ts";
import { logSumExp, type RunResult } from "./run_result.ts";

/** A token with its place among all of the vocabulary. */
export interface NextToken {
  /** 1 for the likeliest; tokens of equal logits share the better rank. */
  readonly rank: number;
  /** The token. */
  readonly token: ShownToken;
  /** Its id. */
  readonly id: number;
  /** Its logit. */
  readonly logit: number;
  /** Its probability, from 0 to 1. */
  readonly probability: number;
  /** Its probability with the edits minus that without; only where there were edits. */
  readonly change?: number;
}

/** Options for {@linkcode nextTokens}. */
export interface NextTokensOptions {
  /** How many tokens are listed. @default {10} */
  readonly count?: number;
  /** The position after which they are expected; negative ones count from the end. @default {-1} */
  readonly position?: number;
  /** What is changed; the same run without edits is made too, for comparison. @default {nothing} */
  readonly edits?: readonly Edit[];
  /** Stops the run between two blocks. */
  readonly signal?: AbortSignal;
}

/** The likeliest next tokens after a prompt. */
export class NextTokens {
  /** The model, by name. */
  readonly model: string;
  /** The prompt. */
  readonly prompt: PromptTokens;
  /** The position after which the tokens are expected, counted from 0. */
  readonly position: number;
  /** The tokens, the likeliest first. */
  readonly tokens: readonly NextToken[];
  /** The edits that were made; of a run of several prompts those that touch this one. */
  readonly edits: readonly Edit[];
  /** Which example of a run of several prompts the prompt is; null where it is the only one. */
  readonly example: number | null;

  /** Holds a list of tokens. */
  constructor(
    model: string,
    prompt: PromptTokens,
    position: number,
    tokens: readonly NextToken[],
    edits: readonly Edit[],
    example: number | null = null,
  ) {
    this.model = model;
    this.prompt = prompt;
    this.position = position;
    this.tokens = tokens;
    this.edits = edits;
    this.example = example;
  }

  /** Draws a table with a bar for each probability. */
  [display](): Document {
    const read = this.prompt.tokens.slice(0, this.position + 1);
    const after = read.every(({ special }) => special)
      ? "at the beginning of a text"
      : `after ${quotedEnd({ text: joinedText(read), tokens: read })}`;
    return tokenTable({
      title: this.example === null
        ? `Next tokens ${after}`
        : `Example ${this.example}: next tokens ${after}`,
      rows: this.tokens,
      ...codeOf(this, ".tokens[{row}]"),
      caption: [
        sourceOf(this, this.model),
        `position ${this.position}`,
        ...this.#edited(),
      ].join(" · "),
    });
  }

  /** The edits, in words. */
  #edited(): string[] {
    if (this.edits.length === 0) return [];
    const text = `with ${this.edits.map(editText).join("; ")}`;
    const compared = this.tokens.some(({ change }) => change !== undefined);
    const fallen = compared && this.tokens.at(-1)!.rank > this.tokens.length;
    const last = fallen ? ", whose likeliest token is the last row" : "";
    return [compared ? `${text}; change is against the run without${last}` : text];
  }

  /** Shows the table in a terminal. */
  [inspect](): string {
    return this[display]()["text/plain"];
  }

  /** The tokens as rows, the likeliest first. */
  table(): LongTable {
    const { position, tokens } = this, compared = tokens.some(({ change }) => change !== undefined);
    return new LongTable(
      `next tokens of ${this.model}`,
      [
        ..."position rank id token logit probability".split(" "),
        ...compared ? ["change"] : [],
      ],
      () =>
        tokens.map(({ rank, id, token, logit, probability, change }) => [
          position,
          rank,
          id,
          token.text,
          logit,
          probability,
          ...compared ? [change ?? null] : [],
        ]),
    );
  }

  /** The numbers as plain data. */
  toJSON(): Pick<NextTokens, "model" | "position" | "tokens"> & { prompt: string } {
    return {
      model: this.model,
      prompt: this.prompt.text,
      position: this.position,
      tokens: this.tokens,
    };
  }
}

/**
 * Lists the tokens that a model finds likeliest to come next.
 *
 * @param model The model.
 * @param prompt One prompt.
 * @param options How many, after which position, and with which edits.
 * @returns The tokens with ranks, logits and probabilities; with edits also the change of each probability, and the
 * likeliest token without them as one more row if it is not among the others. The promise draws itself.
 * @throws {RangeError} If there is more than one prompt, or the position or the count is outside what there is.
 *
 * @example
 * ```ts
 * import { load, nextTokens } from "@innerworks/innerworks";
 * const model = await load("seedling");
 * const { tokens } = await nextTokens(model, "When Mary and John went to the store, John gave a key to");
 * if (tokens[0]?.token.text !== " Mary") throw new Error("it should be Mary");
 * ```
 */
export function nextTokens(
  model: Transformer,
  prompt: Prompt,
  options: NextTokensOptions = {},
): DrawnPromise<NextTokens> {
  const list = async () => {
    checkModel(model, "list next tokens");
    refuseUnknownOptions("list next tokens", options, ["count", "position", "edits", "signal"]);
    const { edits = [], signal } = options;
    const prompts = model.tokenize(prompt);
    if (prompts.length !== 1) {
      throw new RangeError(
        `Cannot list next tokens as there must be one prompt: there are ${prompts.length}`,
      );
    }
    const rest = signal ? { signal } : {};
    using result = await run(model, prompt, { edits, ...rest });
    if (edits.length === 0) return madeAlone(model, topTokens(model, result, options), options);
    using plain = await run(model, prompt, rest);
    return madeAlone(model, topTokens(model, result, { ...options, baseline: plain }), options);
  };
  return drawn(list);
}

/** Lists the likeliest tokens after one row and position of a run. */
export function topTokens(
  model: Transformer,
  result: RunResult,
  options: NextTokensOptions & { row?: number; baseline?: RunResult } = {},
): NextTokens {
  const { count = 10, row = 0, baseline } = options;
  const [, , vocabulary] = result.logits.shape;
  const { length } = result.tokens[row]!.ids;
  if (!Number.isInteger(count) || count < 1 || count > vocabulary) {
    throw new RangeError(
      `Cannot list ${count} next tokens as there must be from 1 to ${vocabulary}, the vocabulary`,
    );
  }
  const position = positionOf(options.position ?? -1, length);
  const logits = logitsAt(result, row, position);
  const total = logSumExp(logits, 0, vocabulary);
  const before = baseline && logitsAt(baseline, row, position);
  const beforeTotal = before && logSumExp(before, 0, vocabulary);
  const best = greatest(logits, count);
  // The answer without the edits stands in the list too, however far it fell: that is what one looks for.
  const answer = before && greatest(before, 1)[0]!;
  if (answer !== undefined && !best.includes(answer)) best.push(answer);
  const tokens = best.map((id): NextToken => {
    const probability = Math.exp(logits[id]! - total);
    return {
      rank: rankOf(logits, id),
      token: shownToken(model, id),
      id,
      logit: logits[id]!,
      probability,
      ...before ? { change: probability - Math.exp(before[id]! - beforeTotal!) } : {},
    };
  });
  const { tokens: prompts } = result, examples = prompts.length;
  return new NextTokens(
    result.model,
    prompts[row]!,
    position,
    tokens,
    exampleEdits(result.edits, { example: row, examples }),
    examples > 1 ? row : null,
  );
}

/** Remembers that a list is that of {@linkcode nextTokens} of its prompt alone. */
export function madeAlone(
  model: Transformer,
  found: NextTokens,
  { count = 10 }: Pick<NextTokensOptions, "count">,
): NextTokens {
  const { prompt, position, edits } = found;
  return withOrigin(found, model, {
    name: "nextTokens",
    given: { prompt: [prompt], options: { count, position, edits } },
    prompts: [prompt],
  });
}

/** The logits after a position, a view of the run's own numbers. */
export function logitsAt(result: RunResult, row: number, position: number): Float32Array {
  const [, columns, vocabulary] = result.logits.shape;
  const start = (row * columns + result.places(row, position)) * vocabulary;
  return result.logits.dataSync<"float32">().subarray(start, start + vocabulary);
}

/** A position counted from 0. */
export function positionOf(position: number, length: number): number {
  const at = position < 0 ? length + position : position;
  if (Number.isInteger(at) && at >= 0 && at < length) return at;
  throw new RangeError(
    `Cannot read position ${position} as it must be from ${-length} to ${
      length - 1
    }, the prompt's tokens`,
  );
}

/** A token of the vocabulary as it is shown; by number where the model has no tokenizer, or none for the row. */
export function shownToken(model: Transformer, id: number): ShownToken {
  const { tokenizer } = model;
  return tokenizer && id < tokenizer.vocabularySize ? tokenizer.token(id) : { text: `#${id}`, id };
}

/** 1 more than the number of greater logits. */
export function rankOf(logits: Float32Array, id: number): number {
  let rank = 1;
  for (const logit of logits) if (logit > logits[id]!) rank++;
  return rank;
}

/** The indices of the greatest values, the greatest first and of equals the first first. */
export function greatest(values: ArrayLike<number>, count: number): number[] {
  const best: number[] = [];
  for (let i = 0; i < values.length; i++) {
    if (best.length === count && !(values[i]! > values[best[count - 1]!]!)) continue;
    let place = best.length;
    while (place > 0 && values[i]! > values[best[place - 1]!]!) place--;
    best.splice(place, 0, i);
    if (best.length > count) best.pop();
  }
  return best;
}
