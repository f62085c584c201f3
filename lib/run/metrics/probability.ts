/**
 * The probability of a token.
 *
 * @module
 */

import { softmax, type tf } from "../../tensor/mod.ts";
import { type Answer, answerIds, answerText } from "./answer.ts";
import { atPosition, type PositionOptions } from "./at_position.ts";
import { type Metric, pick } from "./metric.ts";

/**
 * Measures the probability of a token. Near 0 and 1 it hides what pushes further: mind {@linkcode logProbability}.
 *
 * @param answer The token, as text or id, or one for each example.
 * @param options The position.
 */
export function probability(answer: Answer, options: PositionOptions = {}): Metric {
  return atPosition({
    name: "probability",
    given: [answer],
    label: `probability of ${answerText(answer)}`,
    unit: "",
    vocabulary: () => "all",
    of: (logits, context) => pick(softmax(logits) as tf.Tensor2D, answerIds(answer, context)),
  }, options);
}
