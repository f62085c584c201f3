/**
 * How a model took each token of a prompt.
 *
 * @module
 */

import {
  type Prompt,
  promptCode,
  type PromptTokens,
  sourceLine,
  type Transformer,
} from "../model/mod.ts";
import {
  display,
  type Document,
  drawn,
  type DrawnDocument,
  type DrawnPromise,
  inspect,
  LongTable,
  quotedEnd,
  refuseUnknownOptions,
  type ShownToken,
  tokenMetrics,
} from "../show/mod.ts";
import { checkModel } from "./check_model.ts";
import { type Edit, editText } from "./edit.ts";
import { editsCode } from "./edit_code.ts";
import { greatest, logitsAt, rankOf, shownToken } from "./next_tokens.ts";
import { withOrigin } from "./origin.ts";
import { run } from "./run.ts";
import { logSumExp } from "./run_result.ts";

/** How a token was expected, given those before it. */
export interface TokenPrediction {
  /** The token. */
  readonly token: ShownToken;
  /** Its log-probability, in nats; NaN of the first, which nothing comes before. */
  readonly logProbability: number;
  /** 1 more than the number of likelier tokens; NaN of the first. */
  readonly rank: number;
  /** The entropy of what was expected in its place, in nats; NaN of the first. */
  readonly entropy: number;
  /** What was expected there, the likeliest first; none of the first. */
  readonly candidates: readonly {
    /** The token. */
    readonly token: ShownToken;
    /** Its probability, from 0 to 1. */
    readonly probability: number;
  }[];
}

/** Options for {@linkcode tokenPredictions}. */
export interface TokenPredictionsOptions {
  /** How many tokens are listed for each place. @default {5} */
  readonly count?: number;
  /** What is changed. @default {nothing} */
  readonly edits?: readonly Edit[];
  /** Stops the run between two blocks. */
  readonly signal?: AbortSignal;
}

/** How a model took each token of a prompt. */
export class TokenPredictions {
  /** The prompt. */
  readonly prompt: PromptTokens;
  /** One for each token. */
  readonly tokens: readonly TokenPrediction[];
  /** The edits that were made. */
  readonly edits: readonly Edit[];
  /** Where the numbers come from, in one line. */
  readonly source: string;

  /** Holds the predictions. */
  constructor(
    prompt: PromptTokens,
    tokens: readonly TokenPrediction[],
    edits: readonly Edit[],
    source: string,
  ) {
    this.prompt = prompt;
    this.tokens = tokens;
    this.edits = edits;
    this.source = source;
  }

  /** The mean log-probability of the tokens that have one, in nats. */
  get meanLogProbability(): number {
    const known = this.tokens.slice(1);
    return known.reduce((sum, { logProbability }) => sum + logProbability, 0) / known.length;
  }

  /** Draws the text by log-probability, rank and entropy, and what was expected instead. */
  [display](): Document {
    return this.#view()[display]();
  }

  /** Shows the table in a terminal. */
  [inspect](): string {
    return this.#view()["text/plain"];
  }

  #view(): DrawnDocument {
    const { tokens, prompt, edits, source } = this;
    const each = (read: (one: TokenPrediction) => number) => tokens.map(read);
    return tokenMetrics({
      title: tokens.length < 2
        ? "How each token was expected: nothing comes before the only one"
        : `How each token was expected: mean log-probability ${
          this.meanLogProbability.toFixed(3).replace("-", "−")
        } nat`,
      tokens: tokens.map(({ token }) => token),
      metrics: [
        { label: "surprise", unit: "nat", values: each(({ logProbability }) => -logProbability) },
        { label: "log₂ rank", values: each(({ rank }) => Math.log2(rank)) },
        { label: "entropy", unit: "nat", values: each(({ entropy }) => entropy) },
      ],
      candidates: tokens.map(({ candidates }) => candidates),
      caption: [source, ...edits.map(editText)].join(" · "),
      code: `(await tokenPredictions(model, ${promptCode(prompt)}${
        edits.length > 0 ? `, { ${editsCode(edits)} }` : ""
      })).tokens[{position}]`,
    });
  }

  /**
   * The tokens as rows, one for each token and each of what was expected in its place; numbers of the token itself stand in
   * all of its rows. Of the first token they are undefined, `NaN`, and what was expected is empty, for nothing was.
   */
  table(): LongTable {
    const columns = "position token log_probability rank entropy expected expected_token";
    return new LongTable(
      `how each token of ${quotedEnd(this.prompt)} was expected`,
      [...columns.split(" "), "expected_probability"],
      () =>
        this.tokens.flatMap(({ token, logProbability, rank, entropy, candidates }, position) => {
          const own = [position, token.text, logProbability, rank, entropy];
          if (candidates.length === 0) return [[...own, null, null, null]];
          return candidates.map(({ token, probability }, i) => [
            ...own,
            i + 1,
            token.text,
            probability,
          ]);
        }),
    );
  }

  /** The numbers as plain data. */
  toJSON(): { prompt: string; source: string; tokens: readonly TokenPrediction[] } {
    return { prompt: this.prompt.text, source: this.source, tokens: this.tokens };
  }
}

/**
 * Reads how a model took each token of a prompt: its log-probability given those before it, its rank, how much was open there,
 * and what was expected instead.
 *
 * @param model The model.
 * @param prompt One prompt.
 * @param options How many tokens are listed for each place, and edits.
 * @returns One for each token, drawn as the text by each metric; the promise draws itself.
 * @throws {RangeError} If there is more than one prompt, or the count is outside the vocabulary.
 *
 * @example
 * ```ts
 * import { load, tokenPredictions } from "@innerworks/innerworks";
 * const model = await load("seedling");
 * const { tokens } = await tokenPredictions(model, "Mary had a little lamb");
 * if (tokens.length === 0 || !Number.isNaN(tokens[0]!.rank)) throw new Error("nothing comes before the first");
 * ```
 */
export function tokenPredictions(
  model: Transformer,
  prompt: Prompt,
  options: TokenPredictionsOptions = {},
): DrawnPromise<TokenPredictions> {
  return drawn(() => predicted(model, prompt, options));
}

async function predicted(
  model: Transformer,
  prompt: Prompt,
  options: TokenPredictionsOptions,
): Promise<TokenPredictions> {
  checkModel(model, "read predictions");
  refuseUnknownOptions("read predictions", options, ["count", "edits", "signal"]);
  const { count = 5, edits = [], signal } = options, { vocabulary } = model.architecture;
  if (!Number.isInteger(count) || count < 1 || count > vocabulary) {
    throw new RangeError(
      `Cannot read predictions as count must be from 1 to ${vocabulary}, the vocabulary: current value is ${count}`,
    );
  }
  const prompts = model.tokenize(prompt), [read] = prompts;
  if (prompts.length !== 1) {
    throw new RangeError(
      `Cannot read predictions as there must be one prompt: current value is ${prompts.length}`,
    );
  }
  using result = await run(model, prompt, { edits, ...signal ? { signal } : {} });
  const tokens = read!.tokens.map((token, position): TokenPrediction => {
    if (position === 0) {
      return { token, logProbability: NaN, rank: NaN, entropy: NaN, candidates: [] };
    }
    const logits = logitsAt(result, 0, position - 1), id = read!.ids[position]!;
    const total = logSumExp(logits, 0, logits.length);
    let mean = 0;
    for (const logit of logits) {
      // What is masked has no share: 0 · −∞ is 0.
      if (logit > -Infinity) mean += Math.exp(logit - total) * logit;
    }
    return {
      token,
      logProbability: logits[id]! - total,
      rank: rankOf(logits, id),
      entropy: total - mean,
      candidates: greatest(logits, count).map((id) => ({
        token: shownToken(model, id),
        probability: Math.exp(logits[id]! - total),
      })),
    };
  });
  const found = new TokenPredictions(read!, tokens, edits, sourceLine(model, { prompts }));
  return withOrigin(found, model, {
    name: "tokenPredictions",
    given: { prompt: prompts, options },
    prompts,
  });
}
