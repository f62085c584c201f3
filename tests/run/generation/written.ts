/**
 * What tests read off a generation.
 *
 * @module
 */

import type { Generation } from "../../../lib/run/mod.ts";

/** The ids of each text. */
export function idsOf({ texts }: Generation): number[][] {
  return texts.map(({ tokens }) => tokens.map(({ id }) => id));
}

/** The log-probabilities of all tokens, text by text. */
export function logProbabilities({ texts }: Generation): number[] {
  return texts.flatMap(({ tokens }) => tokens.map(({ logProbability }) => logProbability));
}
