/**
 * The tokens by which the answers of a pair of prompts are told apart.
 *
 * @module
 */

import type { Transformer } from "../model/mod.ts";
import { PairError } from "./pair_error.ts";

/** An answer: text or a token id, or several that count as one. */
export type PairAnswer = string | number | readonly (string | number)[];

/** How answers are read. */
export interface ReadAnswersOptions {
  /** Whether answers of several tokens are read by the first token in which they differ. */
  readonly firstToken: boolean;
}

/** Answers as tokens. */
export interface ReadAnswers {
  /** Tokens that all answers begin with, which both prompts must end with then. */
  readonly prefix: readonly number[];
  /** The tokens of the answers, each once. */
  readonly answers: readonly number[];
  /** The tokens of the wrong answers, each once. */
  readonly wrongs: readonly number[];
  /** What stands for what; null where every answer is one token. */
  readonly note: string | null;
}

/**
 * Reads answers and wrong answers into tokens.
 *
 * @param model The model.
 * @param answer What should follow.
 * @param wrong What should not.
 * @param options Whether several tokens may be stood for by one.
 * @throws {PairError} If an answer is not one token, or no token tells answers from wrong ones.
 * @throws {RangeError} If there is no answer, or an id outside the vocabulary.
 */
export function readAnswers(
  model: Transformer,
  answer: PairAnswer,
  wrong: PairAnswer,
  { firstToken }: ReadAnswersOptions,
): ReadAnswers {
  const [right, other] = [["answer", answer], ["wrong", wrong]].map(([name, given]) =>
    listOf(given as PairAnswer, name as string).map((one) => idsOf(model, one, firstToken))
  ) as [number[][], number[][]];
  const all = [...right, ...other];
  const shared = all.some(({ length }) => length > 1) ? sharedLength(all) : 0;
  if (all.some(({ length }) => length <= shared)) {
    throw new PairError(
      `Cannot tell answers apart as none may be the beginning of another: they are ${
        shown(model, right)
      } and ${shown(model, other)}`,
    );
  }
  const answers = [...new Set(right.map((ids) => ids[shared]!))];
  const wrongs = [...new Set(other.map((ids) => ids[shared]!))];
  if (answers.some((id) => wrongs.includes(id))) {
    throw new PairError(
      `Cannot tell answers apart as their ${
        shared > 0 ? "first differing" : "first"
      } tokens must differ: they are ${shown(model, right)} and ${shown(model, other)}`,
    );
  }
  const several = all.filter(({ length }) => length > 1);
  const note = several.length === 0
    ? null
    : `answers of several tokens are read by token ${shared + 1} alone: ${
      several.slice(0, 3).map((ids) => shown(model, [ids])).join(", ")
    }`;
  return { prefix: all[0]!.slice(0, shared), answers, wrongs, note };
}

/** The answers, of which there must be one. */
function listOf(given: PairAnswer, name: string): readonly (string | number)[] {
  const list = typeof given === "object" && given !== null ? given : [given];
  const good = Array.isArray(list) && list.length > 0 &&
    list.every((one) => typeof one === "string" || typeof one === "number");
  if (!good) {
    throw new TypeError(
      `Cannot pair prompts as ${name} must be text, a token id or a list of these: current value is ${
        JSON.stringify(given)
      }`,
    );
  }
  return list;
}

/** The ids of an answer. */
function idsOf(model: Transformer, answer: string | number, several: boolean): number[] {
  if (typeof answer === "number") {
    const { vocabulary } = model.architecture;
    if (Number.isInteger(answer) && answer >= 0 && answer < vocabulary) return [answer];
    throw new RangeError(
      `Cannot pair prompts as an answer's token id must be an integer from 0 to ${
        vocabulary - 1
      }: current value is ${answer}`,
    );
  }
  const ids = model.tokenizer?.encode(answer, { beginning: false, end: false }).ids;
  if (several && ids && ids.length > 0) return [...ids];
  try {
    return [model.toSingleToken(answer)];
  } catch (error) {
    if (!(error instanceof RangeError) || !ids || ids.length === 0) throw error;
    throw new PairError(`${error.message}; firstToken: true reads the first that differs`);
  }
}

/** How many tokens all lists begin with. */
function sharedLength(lists: readonly (readonly number[])[]): number {
  let length = 0;
  while (lists.every((ids) => length < ids.length && ids[length] === lists[0]![length])) length++;
  return length;
}

/** Answers as they read, with the borders of their tokens. */
function shown(model: Transformer, lists: readonly (readonly number[])[]): string {
  const most = 4;
  const texts = lists.slice(0, most).map((ids) =>
    ids.map((id) => JSON.stringify(model.tokenizer?.token(id).text ?? `#${id}`)).join(" + ")
  );
  return texts.join(", ") + (lists.length > most ? ", ..." : "");
}
