/**
 * Metrics that are sums of a few logits, of which no others need be computed.
 *
 * @module
 */

import { tf } from "../../tensor/mod.ts";
import type { Metric, MetricContext, Places } from "../metrics/mod.ts";

/** The tokens of which a metric is a sum of logits; null where it is none. */
export function summedTokens(metric: Metric, context: MetricContext): number[] | null {
  const sums = metric.sums?.(context);
  return sums ? [...new Set(sums.flatMap(({ tokens }) => tokens.map(([id]) => id)))] : null;
}

/** A metric that is a sum of logits, of these alone. */
export function summedLogits(
  logits: tf.Tensor3D,
  metric: Metric,
  places: Places,
  context: MetricContext,
): tf.Tensor {
  const [, columns, count] = logits.shape, order = summedTokens(metric, context)!;
  const factors = new Float32Array(logits.size);
  metric.sums!(context).forEach(({ position, tokens }, example) => {
    const start = (example * columns + places(example, position)) * count;
    for (const [id, weight] of tokens) factors[start + order.indexOf(id)]! += weight;
  });
  return logits.mul(tf.tensor3d(factors, logits.shape)).sum([1, 2]);
}
