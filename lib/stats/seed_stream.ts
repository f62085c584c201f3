/**
 * Streams of random numbers by what they are for.
 *
 * @module
 */

import { RandomStream } from "./random.ts";

/**
 * Starts a stream of random numbers that depends on a seed and on labels alone, and so neither on
 * the order of calls nor on what was drawn elsewhere.
 *
 * Labels are told apart as they stand: `"a", "b"` is not `"ab"`, and `1` is not `"1"`.
 *
 * @param seed Any safe integer.
 * @param labels What the numbers are for, from the whole to the part.
 * @returns The stream.
 * @throws {RangeError} If the seed is no safe integer, or a number among the labels is not finite.
 * @throws {TypeError} If a label is neither a string nor a number.
 *
 * @example
 * ```ts
 * import { seedStream } from "@innerworks/innerworks";
 *
 * const third = seedStream(7, "head", 3).uniform();
 * seedStream(7, "head", 2).uniform();
 * console.log(seedStream(7, "head", 3).uniform() === third); // true
 * ```
 */
export function seedStream(seed: number, ...labels: (string | number)[]): RandomStream {
  labels.forEach((label, index) => {
    if (typeof label === "string" || Number.isFinite(label)) return;
    const [kind, must] = typeof label === "number"
      ? [RangeError, "be finite"]
      : [TypeError, "be a string or a number"];
    throw new kind(
      `Cannot start a random stream as each label must ${must}: label ${index} is ${
        Deno.inspect(label, { depth: 0 })
      }`,
    );
  });
  // Quotes and commas of a list keep labels apart that would read the same one after another.
  return new RandomStream(seed, JSON.stringify(labels));
}
