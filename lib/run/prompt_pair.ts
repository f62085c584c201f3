/**
 * Two prompts that differ in what matters: the ground of every patching experiment.
 *
 * @module
 */

import type { PromptTokens, Transformer } from "../model/mod.ts";
import {
  display,
  type Document,
  inspect,
  refuseUnknownOptions,
  type ShownToken,
  tokenPair,
  tokenText,
} from "../show/mod.ts";
import { shownToken } from "./next_tokens.ts";
import { type PairAnswer, readAnswers } from "./pair_answers.ts";
import { PairError } from "./pair_error.ts";
import { type SpanPlace, spanPositions } from "./pair_spans.ts";

/** What a pair is made of. */
export interface PairText {
  /** The prompt that the model gets right: text or token ids. */
  readonly clean: string | readonly number[];
  /** The same with something changed, in as many tokens. */
  readonly corrupt: string | readonly number[];
  /** What should follow the clean prompt; several tokens where any of them is right. Mind the space before a word. */
  readonly answer: PairAnswer;
  /** What it is told from: what should follow the corrupt prompt, or another answer that the model might give. */
  readonly wrong: PairAnswer;
  /** Names of parts of the prompts. */
  readonly spans?: Readonly<Record<string, SpanPlace>>;
}

/** Options for {@linkcode promptPair}. */
export interface PromptPairOptions {
  /**
   * Whether answers of several tokens are allowed. They are read by the first token in which all of them and the wrong
   * ones may differ; what they share before it is put at the end of both prompts. The pair says so.
   *
   * @default {false}
   */
  readonly firstToken?: boolean;
}

/** A position at which the prompts of a pair differ. */
export interface PairDifference {
  /** The position, counted from 0. */
  readonly position: number;
  /** The token there in the clean prompt. */
  readonly clean: ShownToken;
  /** The token there in the corrupt prompt. */
  readonly corrupt: ShownToken;
  /** The names of the spans that hold the position. */
  readonly names: readonly string[];
}

/** A clean and a corrupt prompt of as many tokens, with answers that are told apart by one token. */
export class PromptPair {
  /** The model whose tokenizer made the tokens, by name. */
  readonly model: string;
  /** What the pair was made of, its spans as positions. */
  readonly source: PairText;
  /** The tokens of the clean prompt. */
  readonly clean: PromptTokens;
  /** The tokens of the corrupt prompt, as many. */
  readonly corrupt: PromptTokens;
  /** The ids of the answers; most pairs have one. */
  readonly answers: readonly number[];
  /** The ids of the wrong answers. */
  readonly wrongs: readonly number[];
  /** The positions of each named span, the same in both prompts. */
  readonly spans: Readonly<Record<string, readonly number[]>>;
  /** What stands for what, where an answer has several tokens; else null. */
  readonly note: string | null;
  readonly #shown: (id: number) => ShownToken;

  /** Holds a pair; `promptPair` checks and makes one. */
  constructor(
    model: Transformer,
    parts: Pick<
      PromptPair,
      "source" | "clean" | "corrupt" | "answers" | "wrongs" | "spans" | "note"
    >,
  ) {
    this.model = model.provenance.name;
    this.source = parts.source;
    this.clean = parts.clean;
    this.corrupt = parts.corrupt;
    this.answers = parts.answers;
    this.wrongs = parts.wrongs;
    this.spans = parts.spans;
    this.note = parts.note;
    this.#shown = (id) => shownToken(model, id);
  }

  /** How many tokens each prompt has. */
  get length(): number {
    return this.clean.ids.length;
  }

  /** The id of the answer; the first where there are several. */
  get answerId(): number {
    return this.answers[0]!;
  }

  /** The id of the wrong answer; the first where there are several. */
  get wrongId(): number {
    return this.wrongs[0]!;
  }

  /** The positions at which the prompts differ, with their tokens and the names of their spans. */
  get differences(): readonly PairDifference[] {
    const { clean, corrupt, spans } = this;
    return clean.tokens.flatMap((token, position) =>
      token.id === corrupt.tokens[position]!.id ? [] : [{
        position,
        clean: token,
        corrupt: corrupt.tokens[position]!,
        names: Object.keys(spans).filter((name) => spans[name]!.includes(position)),
      }]
    );
  }

  /** Draws both prompts one above the other with what differs marked, and the answers below. */
  [display](): Document {
    const { clean, corrupt, spans, answers, wrongs, note, model, length } = this;
    const most = 12;
    const below = [["answer", answers], ["wrong", wrongs]] as const;
    return tokenPair({
      title: `Clean and corrupt prompt: ${this.differences.length} of ${length} tokens differ`,
      first: { name: "clean", tokens: clean.tokens },
      second: { name: "corrupt", tokens: corrupt.tokens },
      spans,
      below: below.map(([name, ids]) => ({
        name: ids.length > most ? `${name} (${most} of ${ids.length})` : name,
        tokens: ids.slice(0, most).map(this.#shown),
      })),
      caption: [
        model,
        `a beginning-of-text token was ${clean.beginning ? "" : "not "}prepended`,
        ...note ? [note] : [],
      ].join(" · "),
    });
  }

  /** Shows the same in a terminal. */
  [inspect](): string {
    return this[display]()["text/plain"];
  }

  /** What the pair was made of; `promptPair` makes it again. */
  toJSON(): PairText {
    return this.source;
  }
}

/**
 * Makes a pair of prompts, checked for what patching needs: as many tokens in both, a difference between them, and
 * answers that one token tells apart (spec C-17: lengths must match token for token).
 *
 * @param model The model.
 * @param text Both prompts, the answer, the wrong answer, and names of positions.
 * @param options Whether answers may have several tokens.
 * @returns The pair, which draws itself.
 * @throws {PairError} If the prompts have not as many tokens (the error shows both side by side) or do not differ, an
 * answer is not one token, or answer and wrong answer are the same.
 * @throws {RangeError} If a span is not in the clean prompt.
 *
 * @example
 * ```ts
 * import { load, promptPair } from "@innerworks/innerworks";
 * const model = await load("seedling");
 * const pair = promptPair(model, {
 *   clean: "When Mary and John went to the store, John gave a key to",
 *   corrupt: "When Mary and John went to the store, Mary gave a key to",
 *   answer: " Mary",
 *   wrong: " John",
 *   spans: { place: "store" },
 * });
 * if (pair.differences.length !== 1) throw new Error("only the giver differs");
 * ```
 */
export function promptPair(
  model: Transformer,
  text: PairText,
  options: PromptPairOptions = {},
): PromptPair {
  refuseUnknownOptions("pair prompts", options, ["firstToken"]);
  refuseUnknownOptions("pair prompts", text, ["clean", "corrupt", "answer", "wrong", "spans"]);
  const { firstToken = false } = options;
  const { prefix, answers, wrongs, note } = readAnswers(model, text.answer, text.wrong, {
    firstToken,
  });
  const read = (name: "clean" | "corrupt") => readPrompt(model, name, text[name], prefix);
  const clean = read("clean"), corrupt = read("corrupt");
  if (clean.ids.length !== corrupt.ids.length) {
    throw new PairError(
      `Cannot pair prompts as both must have as many tokens: clean has ${clean.ids.length} and corrupt ${corrupt.ids.length}\n${
        aligned(clean, corrupt)
      }`,
    );
  }
  if (clean.ids.every((id, position) => id === corrupt.ids[position])) {
    throw new PairError(
      `Cannot pair prompts as they must differ: both are ${JSON.stringify(clean.text)}`,
    );
  }
  const spans = spanPositions(clean, text.spans ?? {});
  const source = text.spans ? { ...text, spans } : text;
  return new PromptPair(model, { source, clean, corrupt, answers, wrongs, spans, note });
}

/** Reads one prompt, with what all answers begin with at its end. */
function readPrompt(
  model: Transformer,
  name: string,
  prompt: unknown,
  prefix: readonly number[],
): PromptTokens {
  const ids = Array.isArray(prompt) && prompt.every((id) => typeof id === "number");
  if (typeof prompt !== "string" && !ids) {
    throw new TypeError(
      `Cannot pair prompts as ${name} must be text or token ids: current value is ${
        JSON.stringify(prompt)
      }`,
    );
  }
  const read = model.tokenize(prompt as string)[0]!;
  if (prefix.length === 0) return read;
  const longer = model.tokenize([...read.ids, ...prefix])[0]!;
  return { ...longer, beginning: read.beginning };
}

/** Two lists of tokens in lines of which the same columns hold the same tokens, up to where they part and again after. */
function aligned(clean: PromptTokens, corrupt: PromptTokens): string {
  const [a, b] = [clean.tokens.map(tokenText), corrupt.tokens.map(tokenText)];
  const shortest = Math.min(a.length, b.length);
  let before = 0, after = 0;
  while (before < shortest && a[before] === b[before]) before++;
  while (after < shortest - before && a.at(-1 - after) === b.at(-1 - after)) after++;
  const longest = Math.max(a.length, b.length), from = Math.max(0, before - 4);
  const to = Math.min(longest, longest - after + 4);
  const cells = [a, b].map((tokens) => {
    const middle = tokens.slice(before, tokens.length - after);
    const gap = Array<string>(longest - tokens.length).fill("");
    return [...tokens.slice(0, before), ...middle, ...gap, ...tokens.slice(tokens.length - after)]
      .slice(from, to);
  }) as [string[], string[]];
  const widths = cells[0].map((cell, i) => Math.max([...cell].length, [...cells[1][i]!].length));
  return cells.map((line, row) =>
    [
      row === 0 ? "clean  " : "corrupt",
      ...from > 0 ? ["..."] : [],
      ...line.map((cell, i) => cell + " ".repeat(widths[i]! - [...cell].length)),
      ...to < longest ? ["..."] : [],
    ].join(" | ").trimEnd()
  ).join("\n");
}
