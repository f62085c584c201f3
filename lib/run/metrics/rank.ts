/**
 * How many tokens the model holds for likelier than a given one.
 *
 * @module
 */

import type { tf } from "../../tensor/mod.ts";
import { type Answer, answerIds, answerText } from "./answer.ts";
import { atPosition, type PositionOptions } from "./at_position.ts";
import { type Metric, pick } from "./metric.ts";

/**
 * Measures the rank of a token: how many tokens have a greater logit, 0 for the likeliest, as the metric's label says. Tables of
 * predictions, such as those of `testPrompt`, `nextTokens` and `logitLens`, number the likeliest token 1: one more. A rank moves in
 * jumps, so it has no gradient.
 *
 * @param answer The token, as text or id, or one for each example.
 * @param options The position.
 */
export function rank(answer: Answer, options: PositionOptions = {}): Metric {
  return atPosition({
    name: "rank",
    given: [answer],
    label: `rank of ${answerText(answer)} (from 0)`,
    unit: "tokens",
    differentiable: false,
    vocabulary: () => "all",
    of: (logits, context) => {
      const own = pick(logits, answerIds(answer, context)).expandDims(1);
      return logits.greater(own).cast("float32").sum(1) as tf.Tensor1D;
    },
  }, options);
}
