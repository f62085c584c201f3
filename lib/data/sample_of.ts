/**
 * A few of many texts, chosen by a seed.
 *
 * @module
 */

import { refuseUnknownOptions } from "../show/mod.ts";
import { RandomStream } from "../stats/mod.ts";
import { givingWay } from "../stats/mod.ts";

/** Options for {@linkcode sampleOf}. */
export interface SampleOfOptions {
  /** How many are chosen. */
  readonly count: number;
  /** The seed: the same seed chooses the same ones of the same source. */
  readonly seed: number;
  /** Stops the reading. */
  readonly signal?: AbortSignal;
}

/**
 * Chooses some of a source, each as likely as any other, reading it once and holding no more than it chooses
 * (Vitter's reservoir, 1985, algorithm R).
 *
 * @param source Texts, token rows, or anything else that comes one after another.
 * @param options How many, and the seed.
 * @returns What was chosen, in the order of the source.
 * @throws {RangeError} If the source holds fewer than are to be chosen, or `count` is not a whole number from 1 on.
 *
 * @example
 * ```ts
 * import { heldOutTexts, sampleOf } from "@innerworks/innerworks";
 * const texts = await sampleOf(await heldOutTexts(), { count: 5, seed: 0 });
 * const again = await sampleOf(await heldOutTexts(), { count: 5, seed: 0 });
 * if (texts[4]!.text !== again[4]!.text) throw new Error("the same seed, the same sample");
 * ```
 */
export async function sampleOf<T>(
  source: Iterable<T> | AsyncIterable<T>,
  options: SampleOfOptions,
): Promise<T[]> {
  refuseUnknownOptions("choose a sample", options, ["count", "seed", "signal"]);
  const { count, seed, signal } = options;
  if (!Number.isInteger(count) || count < 1) {
    throw new RangeError(
      `Cannot choose a sample as count must be a whole number from 1 on: current value is ${count}`,
    );
  }
  const random = new RandomStream(seed, "sample"), pause = givingWay(signal);
  const chosen: { readonly at: number; readonly item: T }[] = [];
  let at = 0;
  for await (const item of source) {
    if (at < count) chosen.push({ at, item });
    else {
      const place = random.integer(at + 1);
      if (place < count) chosen[place] = { at, item };
    }
    at++;
    await pause();
  }
  if (at < count) {
    throw new RangeError(
      `Cannot choose a sample as its source must hold as many as are chosen, ${count}: it holds ${at}`,
    );
  }
  return chosen.sort((a, b) => a.at - b.at).map(({ item }) => item);
}
