/**
 * From the tensors that a forward pass reads to the gradient of a weight.
 *
 * @module
 */

import { tf } from "../tensor/mod.ts";
import { findWeightTarget } from "./weight_target.ts";
import type { WeightPlace } from "./weight_places.ts";
import type { Weights } from "./weights.ts";

/** What to differentiate by for the gradient of a weight, and how to read it off. */
export interface WeightGradient {
  /** The name of the weight as it was given. */
  readonly name: string;
  /** The names of its axes, outermost first. */
  readonly axes: readonly string[];
  /** Their sizes. */
  readonly shape: readonly number[];
  /** The tensors that forward passes read it from, each once; they stay the model's. */
  readonly tensors: readonly tf.Tensor[];
  /**
   * Arranges gradients by the axes of the weight.
   *
   * @param gradients The gradient of each of `tensors`, in their order.
   * @returns The gradient of the weight, which is the caller's to free.
   */
  readonly view: (gradients: readonly tf.Tensor[]) => tf.Tensor;
}

/** A tensor that a weight is read from, and whether it lies the other way round. */
interface Reading {
  readonly tensor: tf.Tensor;
  readonly turned: boolean;
}

/**
 * Says which tensors the gradient of a weight is taken with respect to, and maps these gradients to the weight's axes.
 *
 * Several weights may be parts of one tensor, as queries, keys and values of GPT-2 are. Where the embedding and the
 * unembedding are one matrix, `W_E` and `W_U` both have the gradient of that matrix, which counts both of its uses.
 *
 * @param weights The weights of the model that runs.
 * @param name The weight as `withWeights` calls it, picks such as `[head 1]` included.
 * @throws {RangeError} If there is no such weight, or it is a bias that the model lacks.
 *
 * @example
 * ```ts
 * import { load, tf, weightGradient } from "@innerworks/innerworks";
 *
 * const model = await load("seedling");
 * const { tensors, view, shape } = weightGradient(model.weights, "blocks.0.attn.W_Q");
 * // Of a function that reads the tensors, here the sum of their squares:
 * const gradients = tf.grads((...all: tf.Tensor[]) => tf.addN(all.map((x) => x.square().sum())))([...tensors]);
 * if (view(gradients).shape.join() !== shape.join()) throw new Error("another shape");
 * ```
 */
export function weightGradient(weights: Weights, name: string): WeightGradient {
  const target = findWeightTarget(weights, name, "differentiate by");
  const { axes, shape, places, stacked, picks } = target;
  const readings = places.map((place) => readingsOf(weights, place));
  const tensors = [...new Set(readings.flat().map(({ tensor }) => tensor))];
  const view = (gradients: readonly tf.Tensor[]): tf.Tensor =>
    tf.tidy(() => {
      const each = places.map((place, layer) => {
        const parts = readings[layer]!.map(({ tensor, turned }) => {
          const gradient = gradients[tensors.indexOf(tensor)]!;
          return turned ? tf.transpose(gradient) : gradient;
        });
        return picks.reduce(
          (part, [axis, index]) => tf.gather(part, tf.scalar(index, "int32"), axis),
          place.cut(parts.length === 1 ? parts[0]! : tf.addN(parts)),
        );
      });
      // A copy, for a view of a gradient would be that gradient, which the caller frees on its own.
      return (stacked ? tf.stack(each) : each[0]!).mul(1);
    });
  return { name, axes, shape, tensors, view };
}

function readingsOf(weights: Weights, { name, slot }: WeightPlace): Reading[] {
  if (!weights.has(slot)) {
    throw new RangeError(
      `Cannot differentiate by ${name} as the model must have it: it has none, and withWeights adds one, of zeros if need be`,
    );
  }
  const ends = slot === "embed" || slot === "unembed";
  if (!ends && !slot.endsWith(".matrix")) return [{ tensor: weights.tensor(slot), turned: false }];
  if (!ends) return [turnedMatrix(weights, slot)];
  const { tied } = weights.architecture;
  const embedding = { tensor: weights.tensor("embed"), turned: slot === "unembed" };
  if (slot === "embed" && !tied) return [embedding];
  const { tensor, turned } = turnedMatrix(weights, "unembed");
  const unembedding = { tensor, turned: slot === "embed" ? !turned : turned };
  // Where one is the transpose of the other, a pass reads two tensors for the one matrix.
  return tied && tensor !== embedding.tensor ? [embedding, unembedding] : [unembedding];
}

function turnedMatrix(weights: Weights, slot: string): Reading {
  const { matrix, transposed } = weights.matrix(slot);
  return { tensor: matrix, turned: transposed };
}
