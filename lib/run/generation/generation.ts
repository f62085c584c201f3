/**
 * What a model wrote.
 *
 * @module
 */

import { codeOf, sourceOf } from "../origin.ts";
import type { PromptTokens } from "../../model/mod.ts";
import {
  all,
  display,
  type Document,
  type DrawnDocument,
  formatNumber,
  formatPercent,
  inspect,
  LongTable,
  quotedEnd,
  tokenStrip,
  tokenText,
} from "../../show/mod.ts";
import type { Cache } from "../cache.ts";
import { type Edit, editText } from "../edit.ts";
import { exampleEdits } from "../example_edits.ts";
import type { GeneratedToken } from "./generated_token.ts";
import type { Manner } from "./generate_options.ts";
import type { StopReason } from "./stops.ts";

/** One text that a model wrote. */
export interface GeneratedText {
  /** Which prompt it continues. */
  readonly prompt: number;
  /** Which of the prompt's texts it is; of a search the best is 0. */
  readonly sample: number;
  /** Its tokens, what ended it included. */
  readonly tokens: readonly GeneratedToken[];
  /** Its text, without the prompt; what ended it is cut off, unless `keepStop` was asked for. */
  readonly text: string;
  /** Why it ended. */
  readonly stopped: StopReason;
  /** The string or the token's text that ended it; null where nothing such did. */
  readonly stoppedBy: string | null;
  /** The sum of the log-probabilities of its tokens, in nats. */
  readonly logProbability: number;
  /** By what a search ranks it: its log-probability over a power of its length; null without a search. */
  readonly score: number | null;
}

/** A {@linkcode Generation} as plain data. */
export interface GenerationJson {
  /** The model, by name. */
  readonly model: string;
  /** The text of each prompt. */
  readonly prompts: readonly string[];
  /** How the texts were written. */
  readonly manner: Manner;
  /** The edits, in words. */
  readonly edits: readonly string[];
  /** The texts, their tokens with the likeliest in their places. */
  readonly texts: readonly (Omit<GeneratedText, "tokens"> & {
    /** The tokens. */
    readonly tokens: readonly (Omit<GeneratedToken, "token" | "best"> & {
      /** The token's text. */
      readonly text: string;
      /** The likeliest tokens in its place. */
      readonly best: readonly {
        readonly text: string;
        readonly id: number;
        readonly probability: number;
      }[];
    })[];
  })[];
}

/** Texts that a model wrote after prompts, with what it thought of each token. */
export class Generation {
  /** The model, by name. */
  readonly model: string;
  /** The prompts. */
  readonly prompts: readonly PromptTokens[];
  /** The texts, those of a prompt one after another. */
  readonly texts: readonly GeneratedText[];
  /** How they were written, all defaults filled in. */
  readonly manner: Manner;
  /** The edits that were made. */
  readonly edits: readonly Edit[];
  /** The edits that came to nothing, as the texts ended before the tokens that they are made at. */
  readonly untouched: readonly Edit[];
  /**
   * What was captured: a row of the batch a text, a position a token of prompt and text. A prompt that is shorter than the
   * longest begins later, so that all end side by side; NaN stands where a row has no token.
   */
  readonly cache: Cache;

  /** Holds the texts. */
  constructor(
    model: string,
    { prompts, texts, manner, edits, untouched }: Pick<
      Generation,
      "prompts" | "texts" | "manner" | "edits" | "untouched"
    >,
    cache: Cache,
  ) {
    this.model = model;
    this.prompts = prompts;
    this.texts = texts;
    this.manner = manner;
    this.edits = edits;
    this.untouched = untouched;
    this.cache = cache;
  }

  /** The first text. */
  get text(): string {
    return this.texts[0]!.text;
  }

  /** Frees what was captured. */
  dispose(): void {
    this.cache.dispose();
  }

  /** Frees what was captured at the end of a `using` block. */
  [Symbol.dispose](): void {
    this.dispose();
  }

  /** Draws each prompt with its text, every token tinted by its probability. */
  [display](): Document | Promise<Document> {
    const views = this.texts.map((text) => this.view(text));
    return views.length === 1 ? views[0]![display]() : all(views)[display]();
  }

  /** Shows the texts in a terminal. */
  [inspect](): string {
    return [
      `Generation of ${this.model}: ${mannerText(this.manner)}`,
      ...this.texts.map((text) =>
        `${quotedEnd(this.prompts[text.prompt]!, Infinity)} → ${
          JSON.stringify(text.text)
        } (${text.tokens.length} tokens, ${stopText(text)})`
      ),
      ...this.edits.length > 0 ? [`edited by ${this.#editTexts(this.edits).join("; ")}`] : [],
    ].join("\n");
  }

  /**
   * The written tokens as rows: one for each token and each of the likeliest in its place; numbers of the token itself stand in
   * all of its rows. Positions count those of the prompt, too.
   */
  table(): LongTable {
    const columns =
      "prompt sample position token id rank probability log_probability draw_probability expected expected_token expected_probability";
    return new LongTable(
      `what ${this.model} wrote`,
      columns.split(" "),
      () =>
        this.texts.flatMap(({ prompt, sample, tokens }) =>
          tokens.flatMap(({ token, id, rank, best, ...own }, i) =>
            best.map((other) => [
              prompt,
              sample,
              this.prompts[prompt]!.ids.length + i,
              token.text,
              id,
              rank,
              own.probability,
              own.logProbability,
              own.drawProbability,
              other.rank,
              other.token.text,
              other.probability,
            ])
          )
        ),
    );
  }

  /** The texts as plain data; what is undefined, such as the score of a text that was not searched for, is null. */
  toJSON(): GenerationJson {
    const { model, manner, texts, prompts, edits } = this;
    return {
      model,
      prompts: prompts.map(({ text }) => text),
      manner,
      edits: edits.map(editText),
      texts: texts.map(({ tokens, ...text }) => ({
        ...text,
        tokens: tokens.map(({ token, best, ...numbers }) => ({
          text: token.text,
          ...numbers,
          best: best.map(({ token, id, probability }) => ({ text: token.text, id, probability })),
        })),
      })),
    };
  }

  /** Edits in words, each with whether it was never reached. */
  #editTexts(edits: readonly Edit[]): string[] {
    return edits.map((edit) =>
      editText(edit) + (this.untouched.includes(edit) ? " (never reached)" : "")
    );
  }

  /**
   * Draws one text.
   *
   * @param text The text.
   * @param how How it was written, in words that follow the model's name.
   */
  view(text: GeneratedText, how = ""): DrawnDocument {
    const at = this.texts.indexOf(text);
    const prompt = this.prompts[text.prompt]!, several = this.texts.length > 1;
    const number = [
      ...this.prompts.length > 1 ? [`prompt ${text.prompt}`] : [],
      ...this.manner.samples > 1 ? [`text ${text.sample + 1} of ${this.manner.samples}`] : [],
    ].join(", ");
    const score = text.score === null ? "" : `, score ${formatNumber(text.score, 4)}`;
    return tokenStrip({
      tokens: [...prompt.tokens, ...text.tokens.map(({ token }) => token)],
      values: [...prompt.ids.map(() => NaN), ...text.tokens.map(({ probability }) => probability)],
      context: prompt.ids.length,
      domain: [0, 1],
      ...at < 0 ? {} : codeOf(this, ".{token}", {
        token: {
          by: "position",
          texts: [
            ...prompt.tokens.map((_, i) => `prompts[${text.prompt}].tokens[${i}]`),
            ...text.tokens.map((_, i) => `texts[${at}].tokens[${i}]`),
          ],
        },
      }),
      label: "probability",
      notes: {
        label: "likeliest",
        texts: [...prompt.ids.map(() => ""), ...text.tokens.map(alternativesText)],
      },
      title: `Written by ${this.model}${how && ` ${how}`}${
        several ? `, ${number}` : ""
      }: ${text.tokens.length} tokens, ${stopText(text)}`,
      caption: [
        sourceOf(this, this.model),
        mannerText(this.manner),
        `log-probability ${formatNumber(text.logProbability, 4)} nats${score}`,
        ...this.#editTexts(exampleEdits(this.edits, {
          example: text.prompt,
          examples: this.prompts.length,
        })),
      ].join(" · "),
    });
  }
}

/** The likeliest tokens in the place of one, in one line. */
function alternativesText({ best, rank }: GeneratedToken): string {
  const list = best.map(({ token, probability }) =>
    `${tokenText(token)} ${formatPercent(probability)}`
  ).join(", ");
  return rank === 1 ? list : `${list} (rank ${rank})`;
}

/** How texts were written, in one line. */
export function mannerText({ method, warping, seed, search, repetitionPenalty }: Manner): string {
  const parts: string[] = [method];
  if (method === "sampling") {
    for (const [name, value] of Object.entries(warping)) parts.push(`${name} ${value}`);
    parts.push(`seed ${seed}`);
  }
  if (method === "beam search") {
    parts.push(`beams ${search.beams}`, `lengthPenalty ${search.lengthPenalty}`);
    if (search.earlyStopping) parts.push("earlyStopping");
  }
  if (repetitionPenalty !== 1) parts.push(`repetitionPenalty ${repetitionPenalty}`);
  return parts.join(", ");
}

/** Why a text ended, in words. */
export function stopText({ stopped, stoppedBy }: GeneratedText): string {
  switch (stopped) {
    case "length":
      return "as many as were asked for";
    case "token":
      return `ended by the token ${JSON.stringify(stoppedBy)}`;
    case "string":
      return `ended by ${JSON.stringify(stoppedBy)}`;
    case "aborted":
      return "aborted";
  }
}
