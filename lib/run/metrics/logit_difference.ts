/**
 * By how much one token's logit exceeds another's.
 *
 * @module
 */

import { type Answer, answerIds, answerText } from "./answer.ts";
import { atPosition, type PositionOptions } from "./at_position.ts";
import { type Metric, pick } from "./metric.ts";

/**
 * Measures the logit of an answer minus that of a wrong one: the logarithm of how many times as likely the answer is.
 *
 * @param answer The token, as text or id, or one for each example.
 * @param wrong The token that it is held against, likewise.
 * @param options The position.
 *
 * @example
 * ```ts
 * import { load, logitDifference, run } from "@innerworks/innerworks";
 * const model = await load("seedling");
 * const result = await run(model, "When Mary and John went to the store, John gave a key to");
 * const [value] = result.measure(logitDifference(" Mary", " John"));
 * if (!(value! > 5)) throw new Error("Mary should be far more likely than John");
 * ```
 */
export function logitDifference(
  answer: Answer,
  wrong: Answer,
  options: PositionOptions = {},
): Metric {
  return atPosition({
    name: "logitDifference",
    given: [answer, wrong],
    label: `logit ${answerText(answer)} − ${wrongText(answer, wrong)}`,
    unit: "nats",
    vocabulary: (context) => {
      const others = answerIds(wrong, context);
      return answerIds(answer, context).map((id, example) => [id, others[example]!]);
    },
    of: (logits, context) =>
      pick(logits, answerIds(answer, context)).sub(pick(logits, answerIds(wrong, context))),
    weights: (context) => {
      const others = answerIds(wrong, context);
      return answerIds(answer, context).map((id, example) => [[id, 1], [others[example]!, -1]]);
    },
  }, options);
}

function wrongText(answer: Answer, wrong: Answer): string {
  const text = answerText(wrong);
  return text === answerText(answer) && typeof wrong === "object" ? "the wrong answer" : text;
}
