/**
 * Metrics that read the logits of one position.
 *
 * @module
 */

import { callCode, refuseUnknownOptions } from "../../show/mod.ts";
import type { tf } from "../../tensor/mod.ts";
import {
  divisible,
  logitsAt,
  type LogitSum,
  type Metric,
  type MetricContext,
  placed,
} from "./metric.ts";
import { writtenMetric } from "./metric_code.ts";

/** Options of metrics that read one position. */
export interface PositionOptions {
  /** The position, negative from each prompt's own end. @default {-1} */
  readonly position?: number;
}

/** What is particular to a metric of one position. */
export interface AtPosition {
  /** What the metric is called, for errors. */
  readonly name: string;
  /** What a chart writes beside it. */
  readonly label: string;
  /** Its unit. */
  readonly unit: string;
  /** What its function was called with, options aside, to write it as code; left out where that cannot be written. */
  readonly given?: readonly unknown[];
  /** The rows of the vocabulary that it reads in each example. */
  readonly vocabulary: Metric["vocabulary"];
  /** Computes it from the logits of the position, `[batch, vocabulary]`. */
  readonly of: (logits: tf.Tensor2D, context: MetricContext) => tf.Tensor1D;
  /** Whether gradients run through it. @default {true} */
  readonly differentiable?: boolean;
  /** Of which logits it is a sum, and what each is multiplied by, in each example. @default {it is no sum of logits} */
  readonly weights?: (context: MetricContext) => readonly LogitSum["tokens"][];
}

/** Makes a metric that reads one position of each example. */
export function atPosition(
  { name, given, label, unit, vocabulary, of, differentiable = true, weights }: AtPosition,
  options: PositionOptions,
): Metric {
  refuseUnknownOptions(`measure ${name}`, options, ["position"]);
  const { position = -1 } = options;
  const metric = divisible({
    label: position === -1 ? label : `${label} at position ${position}`,
    unit,
    differentiable,
    vocabulary,
    positions: (context) => placed(position, context, name).map((at) => [at]),
    ...weights
      ? {
        sums: (context: MetricContext) => {
          const each = weights(context);
          return placed(position, context, name).map((at, example) => ({
            position: at,
            tokens: each[example]!,
          }));
        },
      }
      : {},
    evaluate: (logits, places, context) =>
      of(logitsAt(logits, placed(position, context, name), places), context),
  });
  return given ? writtenMetric(metric, () => callCode(name, [...given, options])) : metric;
}
