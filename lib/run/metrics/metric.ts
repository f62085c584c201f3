/**
 * What a metric is: a number for each example, read off the logits.
 *
 * @module
 */

import type { PromptTokens, Transformer } from "../../model/mod.ts";
import { tf } from "../../tensor/mod.ts";

/** Some of the examples that a metric was made for. */
export interface SomeExamples {
  /** Which they are. */
  readonly rows: readonly number[];
  /** How many there are in all. */
  readonly count: number;
}

/** What a metric knows beside the logits. */
export interface MetricContext {
  /** The model, for the tokens of answers. */
  readonly model: Transformer;
  /** The tokens of each example. */
  readonly tokens: readonly PromptTokens[];
  /** Which of its examples these are, for a metric that has something of its own for each. @default {all} */
  readonly among?: SomeExamples;
}

/** Where the positions of an example's prompt stand on the logits' own axis of positions. */
export type Places = (example: number, position: number) => number;

/** A weighted sum of logits of one position. */
export interface LogitSum {
  /** The position, counted from the prompt's start. */
  readonly position: number;
  /** The tokens with what their logits are multiplied by. */
  readonly tokens: readonly (readonly [token: number, weight: number])[];
}

/** A number for each example, read off the logits. */
export interface Metric {
  /** What a chart writes beside it, such as `logit Mary − John`. */
  readonly label: string;
  /** Its unit, such as `nats`; empty where it has none. */
  readonly unit: string;
  /** Whether gradients run through it. */
  readonly differentiable: boolean;
  /** The positions that it reads in each example, counted from its prompt's start. */
  positions(context: MetricContext): readonly (readonly number[])[];
  /** The rows of the vocabulary that it reads in each example. */
  vocabulary(context: MetricContext): readonly (readonly number[])[] | "all";
  /**
   * The weighted sum of logits that it is, in each example; absent where it is none. What is linear in the logits can be
   * attributed to what wrote them.
   */
  sums?(context: MetricContext): readonly LogitSum[];
  /**
   * Computes it by operations that a tape can record.
   *
   * @param logits The logits, `[batch, position, vocabulary]`.
   * @param places Finds a position of an example on the logits' second axis.
   * @param context The tokens.
   * @returns A number for each example, `[batch]`.
   */
  evaluate(logits: tf.Tensor3D, places: Places, context: MetricContext): tf.Tensor1D;
  /**
   * The metric of some of the examples that it was made for, so that they can be measured without the others; absent where it
   * can be had of all together alone.
   */
  some?(among: SomeExamples): Metric;
}

/**
 * A metric that can be had of some of its examples: it is told which they are.
 *
 * @param metric The metric; where it has something of its own for each example, it heeds `among` of its context.
 *
 * @example
 * ```ts
 * import { divisible, logit } from "@innerworks/innerworks";
 * const twice = divisible({
 *   ...logit(5),
 *   evaluate: (...call) => logit(5).evaluate(...call).mul(2),
 * });
 * if (!twice.some) throw new Error("a sweep may measure some of its prompts at a time");
 * ```
 */
export function divisible(metric: Metric): Metric {
  const { sums } = metric;
  return {
    ...metric,
    some: (among) => ({
      ...metric,
      positions: (context) => metric.positions({ ...context, among }),
      vocabulary: (context) => metric.vocabulary({ ...context, among }),
      ...sums && { sums: (context: MetricContext) => sums({ ...context, among }) },
      evaluate: (logits, places, context) => metric.evaluate(logits, places, { ...context, among }),
    }),
  };
}

/** All examples, unless a metric is told that it has some of them. */
export function amongAll({ tokens, among }: MetricContext): SomeExamples {
  return among ?? { rows: tokens.map((_, row) => row), count: tokens.length };
}

/**
 * Refuses what is no metric, as a metric's name or its function before it was called.
 *
 * @param metric What was given.
 * @param purpose What is being done, as an error begins after "Cannot".
 * @throws {TypeError} If it is no metric.
 */
export function checkMetric(metric: Metric, purpose: string): void {
  const given = metric as unknown;
  if (typeof given !== "object" || given === null || !("evaluate" in given)) {
    const found = typeof given === "object"
      ? JSON.stringify(given)
      : typeof given === "function"
      ? given.name
        ? `the function ${given.name}, which makes one when it is called`
        : "a function, where a metric is an object that has one, evaluate"
      : String(given);
    throw new TypeError(
      `Cannot ${purpose} as the metric must be one, such as logit(" Mary"): current value is ${found}`,
    );
  }
  for (const name of ["positions", "vocabulary", "evaluate"] as const) {
    if (typeof metric[name] === "function") continue;
    throw new TypeError(
      `Cannot ${purpose} as a metric must have the functions positions, vocabulary and evaluate, as logit(" Mary") has: ` +
        `${name} is ${typeof metric[name]}`,
    );
  }
}

/**
 * Evaluates a metric and refuses what is not a number for each example: a metric may be the caller's own.
 *
 * @throws {TypeError} If it returns something else.
 */
export function evaluated(
  metric: Metric,
  logits: tf.Tensor3D,
  places: Places,
  context: MetricContext,
): tf.Tensor1D {
  const found: unknown = metric.evaluate(logits, places, context), { length } = context.tokens;
  const isTensor = found instanceof tf.Tensor;
  if (isTensor && found.rank === 1 && found.shape[0] === length) return found as tf.Tensor1D;
  throw new TypeError(
    `Cannot measure ${metric.label} as its evaluate must return a tensor of a number for each example, [${length}]: current value is ${
      isTensor
        ? `a tensor [${found.shape.join(", ")}]`
        : found instanceof Promise
        ? "a promise"
        : typeof found
    }`,
  );
}

/** One position of each example's prompt, from its start. */
export function placed(position: number, { tokens }: MetricContext, label: string): number[] {
  return tokens.map(({ ids: { length } }, example) => {
    const at = position < 0 ? length + position : position;
    if (Number.isInteger(at) && at >= 0 && at < length) return at;
    throw new RangeError(
      `Cannot measure ${label} as its position must be from ${-length} to ${
        length - 1
      } in example ${example}: current value is ${position}`,
    );
  });
}

/** The logits of one position of each example, `[batch, vocabulary]`. */
export function logitsAt(
  logits: tf.Tensor3D,
  positions: readonly number[],
  places: Places,
): tf.Tensor2D {
  const [batch, columns, vocabulary] = logits.shape;
  const rows = positions.map((position, example) => example * columns + places(example, position));
  return tf.gather(logits.reshape([batch * columns, vocabulary]), tf.tensor1d(rows, "int32"));
}

/** One number of each row of a table, `[row]`. */
export function pick(table: tf.Tensor2D, columns: readonly number[]): tf.Tensor1D {
  const [rows, width] = table.shape;
  const places = columns.map((column, row) => row * width + column);
  return tf.gather(table.reshape([rows * width]), tf.tensor1d(places, "int32"));
}
