/**
 * Metrics: a number for each example, read off the logits.
 *
 * @module
 */

export type { Answer } from "./answer.ts";
export type { PositionOptions } from "./at_position.ts";
export { crossEntropy } from "./cross_entropy.ts";
export { kl } from "./kl.ts";
export { logProbability } from "./log_probability.ts";
export { logit } from "./logit.ts";
export { logitDifference } from "./logit_difference.ts";
export {
  checkMetric,
  divisible,
  evaluated,
  type LogitSum,
  type Metric,
  type MetricContext,
  type Places,
  type SomeExamples,
} from "./metric.ts";
export { metricCode } from "./metric_code.ts";
export { probability } from "./probability.ts";
export { type Answers, probabilityDifference } from "./probability_difference.ts";
export { rank } from "./rank.ts";
