/**
 * How surprised a model is by its own prompt.
 *
 * @module
 */

import { pickLogSoftmax, tf } from "../../tensor/mod.ts";
import { divisible, type Metric, type MetricContext } from "./metric.ts";
import { writtenMetric } from "./metric_code.ts";

/** The tokens of an example, all but the first, each given those before it. */
function predicted({ tokens }: MetricContext): readonly (readonly number[])[] {
  return tokens.map(({ ids }, example) => {
    if (ids.length > 1) return ids.map((_, position) => position).slice(0, -1);
    throw new RangeError(
      `Cannot measure the cross-entropy as example ${example} must have two tokens: it has one`,
    );
  });
}

/**
 * Measures the mean cross-entropy of an example's tokens, each given those before it; the first is given nothing and
 * does not count.
 *
 * @example
 * ```ts
 * import { crossEntropy, load, run } from "@innerworks/innerworks";
 * const result = await run(await load("seedling"), "The capital of France is Paris.");
 * const [loss] = result.measure(crossEntropy());
 * if (Math.abs(loss! - result.meanLoss) > 1e-4) throw new Error("the same loss");
 * ```
 */
export function crossEntropy(): Metric {
  const metric = divisible({
    label: "cross-entropy",
    unit: "nats a token",
    differentiable: true,
    positions: predicted,
    vocabulary: () => "all",
    evaluate: (logits, places, context) => {
      const [, columns, vocabulary] = logits.shape;
      const rows = logits.reshape([-1, vocabulary]);
      const means = predicted(context).map((positions, example) => {
        const at = positions.map((position) => example * columns + places(example, position));
        const own = tf.gather(rows, tf.tensor1d(at, "int32"));
        const next = context.tokens[example]!.ids.slice(1);
        return pickLogSoftmax(own as tf.Tensor2D, next).mean().neg();
      });
      return tf.stack(means) as tf.Tensor1D;
    },
  });
  return writtenMetric(metric, () => "crossEntropy()");
}
