/**
 * Choices by chance.
 *
 * @module
 */

import type { Transformer } from "../../model/mod.ts";
import type { RandomStream } from "../../stats/mod.ts";

/** One of a list. */
export function draw<T>(random: RandomStream, list: readonly T[]): T {
  return list[random.integer(list.length)]!;
}

/** A list in an order by chance. */
export function shuffled<T>(random: RandomStream, list: readonly T[]): T[] {
  return Array.from(random.permutation(list.length), (at) => list[at]!);
}

/** How many tokens a text has. */
export function tokenCount(model: Transformer, text: string): number {
  return model.tokenize(text)[0]!.ids.length;
}

/**
 * The first of some texts that has as many tokens as another; the first of all where none has, so that who takes the pair
 * says why it does not fit.
 */
export function asLong<T>(
  model: Transformer,
  text: string,
  others: readonly T[],
  textOf: (other: T) => string,
): T {
  const length = tokenCount(model, text);
  return others.find((other) => tokenCount(model, textOf(other)) === length) ?? others[0]!;
}
