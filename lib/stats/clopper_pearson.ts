/**
 * How far a share of successes may be off.
 *
 * @module
 */

import { refuseUnknownOptions } from "../show/mod.ts";
import { refuseOddConfidence } from "./finite_values.ts";
import { betaQuantile } from "./beta_quantile.ts";

/** Options for {@linkcode clopperPearson}. */
export interface ClopperPearsonOptions {
  /**
   * How often such an interval holds the true share at least, above 0 and below 1.
   *
   * @default {0.95}
   */
  readonly confidence?: number;
}

/** A share of successes, and how far it may be off. */
export interface ClopperPearson {
  /** How many trials succeeded. */
  readonly successes: number;
  /** How many trials there were. */
  readonly trials: number;
  /** The share of successes; NaN without trials. */
  readonly estimate: number;
  /** The lower end. */
  readonly low: number;
  /** The upper end. */
  readonly high: number;
  /** How often such an interval holds the true share at least. */
  readonly confidence: number;
}

const purpose = "bound a share";

/**
 * Bounds a share of successes exactly: the interval of Clopper and Pearson 1934, whose ends are
 * quantiles of beta distributions. Each tail has at most half of what the confidence leaves, so that
 * it holds the true share at least as often as it says, mostly more often.
 *
 * @param successes How many trials succeeded.
 * @param trials How many trials there were.
 * @param options The confidence.
 * @returns The share and its interval; without trials that is 0 to 1.
 * @throws {RangeError} If the counts are no integers from 0 on, there are more successes than trials,
 * or the confidence is outside its range.
 * @throws {TypeError} If an option has another name.
 *
 * @example
 * ```ts
 * import { clopperPearson } from "@innerworks/innerworks";
 *
 * const { low, high } = clopperPearson(0, 6);
 * console.log(low, high.toFixed(3)); // 0 0.459
 * ```
 */
export function clopperPearson(
  successes: number,
  trials: number,
  options: ClopperPearsonOptions = {},
): ClopperPearson {
  refuseUnknownOptions(purpose, options, ["confidence"]);
  const { confidence = 0.95 } = options;
  refuseOddConfidence(purpose, confidence);
  for (const [name, count] of [["successes", successes], ["trials", trials]] as const) {
    if (Number.isSafeInteger(count) && count >= 0) continue;
    throw new RangeError(
      `Cannot ${purpose} as ${name} must be an integer of 0 or more: current value is ${count}`,
    );
  }
  if (successes > trials) {
    throw new RangeError(
      `Cannot ${purpose} as successes must be no more than trials: ${successes} and ${trials}`,
    );
  }
  const tail = (1 - confidence) / 2, failures = trials - successes;
  return {
    successes,
    trials,
    estimate: successes / trials,
    low: successes === 0 ? 0 : betaQuantile(tail, successes, failures + 1),
    high: failures === 0 ? 1 : betaQuantile(1 - tail, successes + 1, failures),
    confidence,
  };
}
