/**
 * What composition scores of heads without any purpose are.
 *
 * @module
 */

import { seedStream } from "../stats/mod.ts";
import { tf } from "../tensor/mod.ts";
import { compositions } from "./head_factors.ts";
import { readOnce } from "./read_once.ts";

/** The scores of pairs of heads that have nothing to do with each other. */
export interface CompositionBaseline {
  /** 1/√width: the root mean square over all rotations of one head against the other, whatever their weights. */
  readonly expected: number;
  /** The mean of pairs of heads of the same shape that were drawn from normal numbers. */
  readonly mean: number;
  /** The standard deviation of these; NaN of a single one. */
  readonly deviation: number;
  /** How many pairs were drawn. */
  readonly samples: number;
  /** The seed that they were drawn by. */
  readonly seed: number;
}

/** How a baseline is drawn. */
export interface RandomCompositionOptions {
  /** The width of the stream. */
  readonly width: number;
  /** The width of a head. */
  readonly headWidth: number;
  /** How many pairs are drawn. */
  readonly samples: number;
  /** The seed. */
  readonly seed: number;
}

/**
 * Scores pairs of heads of normal numbers.
 *
 * @throws {RangeError} If `samples` is not a whole number from 1 on.
 */
export function* randomComposition(
  { width, headWidth, samples, seed }: RandomCompositionOptions,
): Generator<void, CompositionBaseline> {
  if (!Number.isSafeInteger(samples) || samples < 1) {
    throw new RangeError(
      `Cannot draw a baseline as samples must be a whole number from 1 on: current value is ${samples}`,
    );
  }
  const random = seedStream(seed, "composition of random heads"), scores: number[] = [];
  for (let i = 0; i < samples; i++, yield) {
    const drawn = (shape: [number, number, number]) =>
      tf.tensor3d(random.normals(width * headWidth), shape);
    scores.push(
      readOnce(() => {
        const head = () => ({
          left: drawn([1, width, headWidth]),
          right: drawn([1, headWidth, width]),
        });
        return compositions(head(), head());
      })[0]!,
    );
  }
  const mean = scores.reduce((sum, x) => sum + x, 0) / samples;
  const square = scores.reduce((sum, x) => sum + (x - mean) ** 2, 0);
  return {
    expected: 1 / Math.sqrt(width),
    mean,
    deviation: Math.sqrt(square / (samples - 1)),
    samples,
    seed,
  };
}
