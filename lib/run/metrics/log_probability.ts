/**
 * The logarithm of a token's probability.
 *
 * @module
 */

import { pickLogSoftmax, type tf } from "../../tensor/mod.ts";
import { type Answer, answerIds, answerText } from "./answer.ts";
import { atPosition, type PositionOptions } from "./at_position.ts";
import type { Metric } from "./metric.ts";

/**
 * Measures the natural logarithm of a token's probability.
 *
 * @param answer The token, as text or id, or one for each example.
 * @param options The position.
 */
export function logProbability(answer: Answer, options: PositionOptions = {}): Metric {
  return atPosition({
    name: "logProbability",
    given: [answer],
    label: `log-probability of ${answerText(answer)}`,
    unit: "nats",
    vocabulary: () => "all",
    of: (logits, context) => pickLogSoftmax(logits as tf.Tensor2D, answerIds(answer, context)),
  }, options);
}
