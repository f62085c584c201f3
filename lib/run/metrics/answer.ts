/**
 * The tokens that metrics ask about.
 *
 * @module
 */

import { amongAll, type MetricContext } from "./metric.ts";

/** A token, as text or as an id; or one for each example. */
export type Answer = string | number | readonly (string | number)[];

/**
 * Finds the token ids of answers, one for each example.
 *
 * @throws {RangeError} If a text is not one token, an id is outside the vocabulary, or there are not as many answers as
 * examples.
 * @throws {TypeError} If an answer is something else.
 */
export function answerIds(answer: Answer, context: MetricContext): number[] {
  const { model, tokens } = context;
  const each = typeof answer === "object"
    ? ofExamples(checkedList(answer), context, "one")
    : tokens.map(() => answer);
  const { vocabulary } = model.architecture;
  return each.map((one) => {
    if (typeof one === "string") return model.toSingleToken(one);
    if (Number.isInteger(one) && one >= 0 && one < vocabulary) return one;
    throw new RangeError(
      `Cannot measure an answer as a token id must be an integer from 0 to ${
        vocabulary - 1
      }: current value is ${one}`,
    );
  });
}

/** What a list holds for the examples, of which it must hold one each. */
export function ofExamples<T>(list: readonly T[], context: MetricContext, what: string): T[] {
  const { rows, count } = amongAll(context);
  if (list.length === count) return rows.map((row) => list[row]!);
  throw new RangeError(
    `Cannot measure answers as there must be ${what} for each of the ${count} examples: there are ${list.length}`,
  );
}

/** Refuses what a compiler would: the kernel of a notebook does not check types. */
function checkedList(answer: readonly (string | number)[]): readonly (string | number)[] {
  if (Array.isArray(answer)) return answer;
  throw new TypeError(
    `Cannot measure an answer as it must be text, a token id, or a list of one for each example: current value is ${
      answer === null || typeof answer !== "object" ? String(answer) : "an object"
    }`,
  );
}

/**
 * Answers as a label writes them: those that begin a word as they are, others in quotes, for `Mary` and ` Mary` are two tokens; of
 * what looks like a word and has no space before it that is said.
 */
export function answerText(answer: Answer): string {
  if (typeof answer === "string") {
    if (/^ \S+$/.test(answer)) return answer.trim();
    return JSON.stringify(answer) + (/^[\p{L}\p{N}]/u.test(answer) ? " (no space)" : "");
  }
  if (typeof answer === "number") return `#${answer}`;
  const [first = "nothing", ...rest] = [
    ...new Set(checkedList(answer).map((one) => answerText(one))),
  ];
  return rest.length === 0 ? first : "the answer";
}
