/**
 * Scores of eigenvalues, and what heads without any purpose score.
 *
 * @module
 */

import type { Transformer } from "../model/mod.ts";
import { seedStream } from "../stats/mod.ts";
import { FactoredMatrix, readNumbers, tf } from "../tensor/mod.ts";
import { through } from "./head_factors.ts";
import { quantile } from "./quantile.ts";

/** Complex numbers. */
export interface ComplexNumbers {
  /** The real parts. */
  readonly real: Float64Array;
  /** The imaginary parts. */
  readonly imaginary: Float64Array;
}

/** The scores of some heads, one of each a head. */
export interface EigenvalueSummaries {
  /** Σλ / Σ|λ|, from −1 to 1; NaN where all eigenvalues are zero. */
  readonly copying: Float64Array;
  /** The share of eigenvalues whose real part is positive, from 0 to 1, among those that are not zero. */
  readonly positive: Float64Array;
}

/** What a score of random heads is. */
export interface RandomScore {
  /** Its mean. */
  readonly mean: number;
  /** Its standard deviation. */
  readonly deviation: number;
  /** The bounds between which 95 % of them lie. */
  readonly range: readonly [low: number, high: number];
}

/** What heads of normal numbers score. */
export interface EigenvalueBaseline {
  /** Their copying scores. */
  readonly copying: RandomScore;
  /** Their shares of positive real parts. */
  readonly positive: RandomScore;
  /** How many were drawn. */
  readonly samples: number;
  /** The seed that they were drawn by. */
  readonly seed: number;
}

/**
 * Scores eigenvalues.
 *
 * @param values The eigenvalues, `[head, rank]`.
 * @param rank How many a head has.
 */
export function eigenvalueSummaries(
  { real, imaginary }: ComplexNumbers,
  rank: number,
): EigenvalueSummaries {
  const count = real.length / rank;
  const copying = new Float64Array(count), positive = new Float64Array(count);
  for (let head = 0; head < count; head++) {
    const all = Array.from({ length: rank }, (_, i) => head * rank + i);
    const sizes = all.map((i) => Math.hypot(real[i]!, imaginary[i]!)), most = Math.max(...sizes);
    // Of a head of lower rank than its width, the zeros come out as rounding.
    const own = all.filter((_, i) => sizes[i]! > 1e-9 * most);
    const total = sizes.reduce((sum, size) => sum + size, 0);
    copying[head] = all.reduce((sum, i) => sum + real[i]!, 0) / total;
    positive[head] = own.filter((i) => real[i]! > 0).length / own.length;
  }
  return { copying, positive };
}

/** How a baseline is drawn. */
export interface RandomEigenvaluesOptions {
  /** What stands between the two ends of a circuit, `[width, width]`; null for nothing. */
  readonly between: tf.Tensor2D | null;
  /** How many heads are drawn. */
  readonly samples: number;
  /** The seed. */
  readonly seed: number;
  /** Stops the work. */
  readonly signal?: AbortSignal | undefined;
}

/** Scores heads of normal numbers, of the shape of a model's own. */
export async function randomEigenvalues(
  { architecture: { width, headWidth } }: Transformer,
  { between, samples, seed, signal }: RandomEigenvaluesOptions,
): Promise<EigenvalueBaseline> {
  const random = seedStream(seed, "eigenvalues of random heads");
  const real: number[] = [], imaginary: number[] = [];
  let rank = 0;
  for (let done = 0; done < samples; done += 8) {
    const count = Math.min(8, samples - done), size = count * width * headWidth;
    const factors = tf.tidy(() => {
      const left = tf.tensor(random.normals(size), [count, width, headWidth]);
      const right = tf.tensor(random.normals(size), [count, headWidth, width]);
      return [left, between ? through(right, between) : right];
    });
    const circuits = new FactoredMatrix(factors[0]!, factors[1]!);
    try {
      const values = await circuits.eigenvalues(signal ? { signal } : {});
      rank = values.real.shape[1]!;
      real.push(...readNumbers(values.real));
      imaginary.push(...readNumbers(values.imaginary));
      values.dispose();
    } finally {
      circuits.dispose();
    }
  }
  const { copying, positive } = eigenvalueSummaries({
    real: Float64Array.from(real),
    imaginary: Float64Array.from(imaginary),
  }, rank);
  return { copying: summary(copying), positive: summary(positive), samples, seed };
}

function summary(values: Float64Array): RandomScore {
  const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
  const square = values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (values.length - 1);
  return {
    mean,
    deviation: Math.sqrt(square),
    range: [quantile(values, 0.025), quantile(values, 0.975)],
  };
}
