/**
 * What a stream is attributed to: a weighted sum of logits, or a direction.
 *
 * @module
 */

import type { PromptTokens, Transformer } from "../model/mod.ts";
import type { LogitSum, Metric } from "../run/mod.ts";
import { linear, tf } from "../tensor/mod.ts";

/** A direction of the stream. */
export interface StreamDirection {
  /** What it is called. */
  readonly label: string;
  /** The direction, `[width]`. */
  readonly direction: tf.Tensor | ArrayLike<number>;
  /** The position at which it is read, negative from each prompt's own end. @default {-1} */
  readonly position?: number;
  /** The unit of a product with it. @default {none} */
  readonly unit?: string;
}

/** A metric that is a sum of logits, such as `logit(" Mary")` or `logitDifference(" Mary", " John")`, or a direction. */
export type AttributionTarget = Metric | StreamDirection;

/** Whether a target is a direction. */
export function isDirection(target: AttributionTarget): target is StreamDirection {
  return typeof target === "object" && target !== null && "direction" in target;
}

/**
 * The sums of logits that a metric is, one for each prompt.
 *
 * @throws {TypeError} If it is no sum of logits.
 */
export function logitSums(
  model: Transformer,
  tokens: readonly PromptTokens[],
  target: Metric,
  purpose: string,
): readonly LogitSum[] {
  const given = target as Metric | null | undefined;
  if (typeof given?.sums === "function") return given.sums({ model, tokens });
  throw new TypeError(
    `Cannot ${purpose} as the target must be a sum of logits, such as logit(" Mary") or logitDifference(" Mary", " John"), or a direction: current value is ${
      typeof given?.evaluate === "function"
        ? `the ${given.label}, which is none; parts of a logit do not add up to it`
        : Deno.inspect(given, { depth: 0 })
    }`,
  );
}

/**
 * The numbers of a direction.
 *
 * @throws {TypeError} If it has another width than the stream.
 */
export function directionTensor(
  { direction }: StreamDirection,
  { architecture: { width } }: Transformer,
  purpose: string,
): tf.Tensor {
  const shape = direction instanceof tf.Tensor ? direction.shape : [direction?.length ?? 0];
  if (shape.length === 1 && shape[0] === width) {
    return direction instanceof tf.Tensor
      ? direction
      : tf.tensor(Array.from(direction as ArrayLike<number>), [width]);
  }
  throw new TypeError(
    `Cannot ${purpose} as a direction must have the width of the stream, [${width}]: current value is [${
      shape.join(", ")
    }]`,
  );
}

/** For each sum of logits the direction that they are read along behind the last norm, `[row, width]`, and the sum of b_U. */
export function unembeddingOf(
  model: Transformer,
  sums: readonly LogitSum["tokens"][],
): { readonly directions: tf.Tensor; readonly biases: tf.Tensor | null } {
  const { weights, architecture: { embeddingWidth, width, logitScale = 1 } } = model;
  const { matrix, transposed, bias } = weights.unembed;
  const flat = sums.flat();
  const ids = tf.tensor1d(Int32Array.from(flat, ([id]) => id), "int32");
  const weight = (values: tf.Tensor) => values.mul(logitScale);
  const columns = transposed ? tf.gather(matrix, ids) : tf.transpose(tf.gather(matrix, ids, 1)); // [entry, embedding]
  let next = 0;
  const mixing = sums.map((own) => {
    const row = new Array<number>(flat.length).fill(0);
    for (const [, factor] of own) row[next++] = factor;
    return row;
  });
  const mix = tf.tensor2d(mixing);
  const narrow = tf.matMul(mix, columns as tf.Tensor2D);
  const before = (embeddingWidth ?? width) === width ? null : weights.linear("unembed.in");
  const directions = before
    ? linear(narrow, before.matrix, null, { transposed: !before.transposed })
    : narrow;
  const biases = bias && tf.matMul(mix, tf.gather(bias, ids).expandDims(1) as tf.Tensor2D);
  return { directions: weight(directions), biases: biases && weight(biases.squeeze([1])) };
}
