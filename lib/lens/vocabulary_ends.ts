/**
 * The tokens at both ends of a row of numbers over the vocabulary.
 *
 * @module
 */

import type { Transformer } from "../model/mod.ts";
import { shownToken } from "../run/mod.ts";
import type { ShownToken } from "../show/mod.ts";
import { BothEnds, EndList } from "./end_list.ts";

/** A token with what a direction gives it. */
export interface TokenScore {
  /** The token. */
  readonly token: ShownToken;
  /** Its id. */
  readonly id: number;
  /** Its number: a logit, a product, as the holder says. */
  readonly score: number;
}

/** The tokens at the two ends of the vocabulary. */
export interface VocabularyEnds {
  /** The tokens of the greatest numbers, the greatest first. */
  readonly greatest: readonly TokenScore[];
  /** The tokens of the least numbers, the least first. */
  readonly least: readonly TokenScore[];
}

/** The names of the columns of {@linkcode endRows}. */
export const endColumns = ["end", "place", "token", "id", "score"] as const;

/** Both ends as rows: which end, the place there from 1 on, the token, its id and its number. */
export function endRows({ greatest, least }: VocabularyEnds): (string | number)[][] {
  return Object.entries({ greatest, least }).flatMap(([end, tokens]) =>
    tokens.map(({ token, id, score }, i) => [end, i + 1, token.text, id, score])
  );
}

/**
 * Finds the tokens at both ends of a row.
 *
 * @param model The model, for its tokens.
 * @param values A number for each row of the vocabulary.
 * @param count How many at each end.
 */
export function vocabularyEnds(
  model: Transformer,
  values: ArrayLike<number>,
  count: number,
): VocabularyEnds {
  const ends = new BothEnds(count);
  ends.take(values, 0);
  return namedEnds(model, ends);
}

/** Names the tokens of both ends. */
export function namedEnds(model: Transformer, { greatest, least }: BothEnds): VocabularyEnds {
  const named = (list: EndList, sign: 1 | -1) =>
    list.indices().map((id, place): TokenScore => ({
      token: shownToken(model, id),
      id,
      score: sign * list.value(place),
    }));
  return { greatest: named(greatest, 1), least: named(least, -1) };
}

/**
 * The indices of the greatest values, or with a sign of −1 of the least; of equals the first first, and of NaN and the far
 * infinity none.
 *
 * @param values The values.
 * @param count How many.
 * @param sign Which end.
 */
export function furthest(values: ArrayLike<number>, count: number, sign: 1 | -1): number[] {
  const best = new EndList(count);
  for (let i = 0; i < values.length; i++) {
    const value = sign * values[i]!;
    if (value > best.bar) best.add(value, i);
  }
  return best.indices();
}

/**
 * Checks how many tokens are to be listed.
 *
 * @throws {RangeError} If it is no whole number from 1 to the size of the vocabulary.
 */
export function checkCount(model: Transformer, count: unknown, purpose: string): void {
  const { vocabulary } = model.architecture;
  if (Number.isInteger(count) && (count as number) >= 1 && (count as number) <= vocabulary) return;
  throw new RangeError(
    `Cannot ${purpose} as count must be from 1 to ${vocabulary}, the vocabulary: current value is ${count}`,
  );
}
