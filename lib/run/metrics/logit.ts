/**
 * The logit of a token.
 *
 * @module
 */

import { type Answer, answerIds, answerText } from "./answer.ts";
import { atPosition, type PositionOptions } from "./at_position.ts";
import { type Metric, pick } from "./metric.ts";

/**
 * Measures the logit of a token. A logit alone means little, as a constant added to all of them changes nothing: mind
 * {@linkcode logitDifference}.
 *
 * @param answer The token, as text or id, or one for each example.
 * @param options The position.
 *
 * @example
 * ```ts
 * import { load, logit, run } from "@innerworks/innerworks";
 * const model = await load("seedling");
 * const result = await run(model, "When Mary and John went to the store, John gave a key to");
 * const [value] = result.measure(logit(" Mary"));
 * if (!(value! > 0)) throw new Error("Mary should come next");
 * ```
 */
export function logit(answer: Answer, options: PositionOptions = {}): Metric {
  return atPosition({
    name: "logit",
    given: [answer],
    label: `logit of ${answerText(answer)}`,
    unit: "",
    vocabulary: (context) => answerIds(answer, context).map((id) => [id]),
    of: (logits, context) => pick(logits, answerIds(answer, context)),
    weights: (context) => answerIds(answer, context).map((id) => [[id, 1]]),
  }, options);
}
