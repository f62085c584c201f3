/**
 * By how much the probability of right answers exceeds that of wrong ones.
 *
 * @module
 */

import { softmax, tf } from "../../tensor/mod.ts";
import { type Answer, answerIds, answerText, ofExamples } from "./answer.ts";
import { atPosition, type PositionOptions } from "./at_position.ts";
import type { Metric, MetricContext } from "./metric.ts";

/** A token, as text or id, one for each example, or a list of several for each example. */
export type Answers = Answer | readonly (readonly (string | number)[])[];

/**
 * Measures the probability of all answers together less that of all wrong ones, from -1 to 1, as Hanna et al. (2023)
 * measure greater-than, where every later year is right.
 *
 * @param answers The token, as text or id, one for each example, or a list of several for each example, such as the
 * `answerSets` of `promptPairs`.
 * @param wrongs What they are held against, likewise.
 * @param options The position.
 *
 * @example
 * ```ts
 * import { load, probabilityDifference, promptPairs, run, task } from "@innerworks/innerworks";
 * const model = await load("seedling");
 * const pairs = await promptPairs(model, task("greater-than", { count: 8 }));
 * using result = await run(model, pairs.clean);
 * const values = result.measure(probabilityDifference(pairs.answerSets, pairs.wrongSets));
 * if (!values.every((value) => value > 0)) throw new Error("later years should be likelier");
 * ```
 */
export function probabilityDifference(
  answers: Answers,
  wrongs: Answers,
  options: PositionOptions = {},
): Metric {
  return atPosition({
    name: "probabilityDifference",
    given: [answers, wrongs],
    label: `probability ${answersText(answers, "answers")} − ${
      answersText(wrongs, "wrong answers")
    }`,
    unit: "",
    vocabulary: () => "all",
    of: (logits, context) => {
      const [rows, width] = logits.shape, signs = new Float32Array(rows * width);
      for (const [wanted, sign] of [[answers, 1], [wrongs, -1]] as const) {
        idsOfEach(wanted, context).forEach((ids, row) => {
          for (const id of ids) {
            const cell = row * width + id;
            if (signs[cell] !== 0) throw repeated(id, row);
            signs[cell] = sign;
          }
        });
      }
      return softmax(logits).mul(tf.tensor2d(signs, [rows, width])).sum(-1);
    },
  }, options);
}

function repeated(id: number, example: number): RangeError {
  return new RangeError(
    `Cannot measure a difference of probabilities as each token must stand once among answers and wrong answers: ` +
      `token ${id} stands there twice in example ${example}`,
  );
}

/** The token ids of each example's answers. */
function idsOfEach(answers: Answers, context: MetricContext): readonly (readonly number[])[] {
  if (!isSets(answers)) return answerIds(answers, context).map((id) => [id]);
  const { model, tokens } = context;
  return ofExamples(answers, context, "a list of them").map((set, example) => {
    if (!Array.isArray(set) || set.length === 0) {
      throw new RangeError(
        `Cannot measure answers as each example must have one or more in a list: example ${example} has ${
          JSON.stringify(set)
        }`,
      );
    }
    // Each answer is read for its own, as a list of one for each of as many examples.
    return set.map((one) => answerIds([one], { model, tokens: [tokens[example]!] })[0]!);
  });
}

/** Whether there is a list for some example. */
function isSets(answers: Answers): answers is readonly (readonly (string | number)[])[] {
  return Array.isArray(answers) && answers.some((one) => Array.isArray(one));
}

/** Answers as a label writes them; the same words stand for lists and for answers that differ by example. */
function answersText(answers: Answers, several: string): string {
  if (isSets(answers)) return several;
  const text = answerText(answers);
  return text === "the answer" ? several : text;
}
