/**
 * Does a model know the answer? Rank, probability and neighbours of an expected continuation.
 *
 * @module
 */

import { sourceOf, withOrigin } from "./origin.ts";
import type { Prompt, PromptTokens, Transformer } from "../model/mod.ts";
import {
  display,
  type Document,
  drawn,
  type DrawnPromise,
  givenValue,
  inspect,
  LongTable,
  quotedEnd,
  refuseUnknownOptions,
  tokenTable,
} from "../show/mod.ts";
import { type Edit, editText } from "./edit.ts";
import { run } from "./run.ts";
import { logSumExp, type RunResult } from "./run_result.ts";
import { logitsAt, type NextToken, rankOf, shownToken, topTokens } from "./next_tokens.ts";

/** Options for {@linkcode testPrompt}. */
export interface TestPromptOptions {
  /** How many of the likeliest tokens stand beside each token of the answer. @default {5} */
  readonly count?: number;
  /** What is changed. Positions count over prompt and answer together. @default {nothing} */
  readonly edits?: readonly Edit[];
  /** Stops the run between two blocks. */
  readonly signal?: AbortSignal;
}

/** A token of the answer with its neighbours. */
export interface AnswerToken {
  /** The token of the answer. */
  readonly answer: NextToken;
  /** The likeliest tokens in its place. */
  readonly best: readonly NextToken[];
}

/** How a model rates an expected answer. */
export class AnswerTest {
  /** The model, by name. */
  readonly model: string;
  /** The prompt. */
  readonly prompt: string;
  /** The answer. */
  readonly answer: string;
  /** Each token of the answer, given the prompt and those before it. */
  readonly tokens: readonly AnswerToken[];
  /** The edits that were made. */
  readonly edits: readonly Edit[];

  /** Holds the ratings. */
  constructor(
    model: string,
    prompt: string,
    answer: string,
    tokens: readonly AnswerToken[],
    edits: readonly Edit[],
  ) {
    this.model = model;
    this.prompt = prompt;
    this.answer = answer;
    this.tokens = tokens;
    this.edits = edits;
  }

  /** The rank of the answer's first token; 1 is the likeliest. */
  get rank(): number {
    return this.tokens[0]!.answer.rank;
  }

  /** The probability of the whole answer, from 0 to 1. */
  get probability(): number {
    return this.tokens.reduce((product, { answer }) => product * answer.probability, 1);
  }

  /** Draws the likeliest tokens of each place, the answer always among them. */
  [display](): Document {
    const rows = this.tokens.flatMap(({ answer, best }) =>
      best.some(({ id }) => id === answer.id) ? best : [...best, answer]
    );
    const first = this.tokens[0]!.answer;
    return tokenTable({
      title: `${quotedEnd(this.answer)} after ${
        quotedEnd(this.prompt)
      }: rank ${first.rank}, probability ${this.probability.toPrecision(3)}`,
      rows,
      caption: [sourceOf(this, this.model), ...this.edits.map(editText)].join(" · "),
    });
  }

  /** Shows the table in a terminal. */
  [inspect](): string {
    return this[display]()["text/plain"];
  }

  /** The likeliest tokens of each place as rows, the answer's own among them. */
  table(): LongTable {
    return new LongTable(
      `${quotedEnd(this.answer)} after ${quotedEnd(this.prompt)}`,
      "place answer rank id token logit probability".split(" "),
      () =>
        this.tokens.flatMap(({ answer, best }, place) =>
          (best.some(({ id }) => id === answer.id) ? best : [...best, answer]).map((one) => [
            place,
            one.id === answer.id,
            one.rank,
            one.id,
            one.token.text,
            one.logit,
            one.probability,
          ])
        ),
    );
  }

  /** The numbers as plain data. */
  toJSON(): Pick<AnswerTest, "model" | "prompt" | "answer" | "rank" | "probability" | "tokens"> {
    const { model, prompt, answer, rank, probability, tokens } = this;
    return { model, prompt, answer, rank, probability, tokens };
  }
}

/**
 * Rates an expected answer: rank, logit and probability of each of its tokens, and what the model would rather say.
 *
 * The prompt and the answer are tokenized apart, so mind the space: most answers begin with one.
 *
 * @param model The model.
 * @param prompt Text or token ids.
 * @param answer What is expected to follow, as text or token ids.
 * @param options How many neighbours, and edits.
 * @throws {RangeError} If prompt or answer is empty, or both together are too long for the model.
 *
 * @example
 * ```ts
 * import { load, testPrompt } from "@innerworks/innerworks";
 * const model = await load("seedling");
 * const { rank } = await testPrompt(model, "The capital of Poland is", " Warsaw");
 * if (rank !== 1) throw new Error(`rank ${rank}`);
 * ```
 */
export function testPrompt(
  model: Transformer,
  prompt: string | readonly number[],
  answer: string | readonly number[],
  options: TestPromptOptions = {},
): DrawnPromise<AnswerTest> {
  return drawn(() => rate(model, prompt, answer, options));
}

async function rate(
  model: Transformer,
  prompt: Prompt,
  answer: string | readonly number[],
  options: TestPromptOptions,
): Promise<AnswerTest> {
  refuseUnknownOptions("test a prompt", options, ["count", "edits", "signal"]);
  const { count = 5, edits = [], signal } = options;
  if (typeof answer !== "string" && !Array.isArray(answer)) {
    throw new TypeError(
      `Cannot test an answer as it must be text or token ids: current value is ${
        givenValue(answer)
      }`,
    );
  }
  if (answer.length === 0) {
    throw new RangeError("Cannot test an answer as it must hold a token: it is empty");
  }
  const before = single(model.tokenize(prompt), "prompt");
  const wanted = typeof answer === "string" && model.tokenizer
    ? model.tokenizer.encode(answer, { beginning: false, end: false })
    : single(model.tokenize(answer), "answer");
  using result = await run(model, [...before.ids, ...wanted.ids], {
    edits,
    ...signal ? { signal } : {},
  });
  const tokens = wanted.ids.map((id, i) => {
    const position = before.ids.length + i - 1;
    return {
      answer: rating(model, result, id, position),
      best: topTokens(model, result, { count, position }).tokens,
    };
  });
  return withOrigin(new AnswerTest(result.model, before.text, wanted.text, tokens, edits), model, {
    name: "testPrompt",
    given: { prompt: [before], answer: wanted.ids, options },
    prompts: [{ ids: [...before.ids, ...wanted.ids] }],
  });
}

/** The one prompt of a list: a notebook, which is not type-checked, may give several. */
function single(list: readonly PromptTokens[], what: string): PromptTokens {
  if (list.length === 1) return list[0]!;
  throw new RangeError(
    `Cannot test a prompt as there must be one ${what}: there are ${list.length}`,
  );
}

function rating(model: Transformer, result: RunResult, id: number, position: number): NextToken {
  const logits = logitsAt(result, 0, position);
  return {
    rank: rankOf(logits, id),
    token: shownToken(model, id),
    id,
    logit: logits[id]!,
    probability: Math.exp(logits[id]! - logSumExp(logits, 0, logits.length)),
  };
}
