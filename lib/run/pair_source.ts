/**
 * Sources of pairs: candidates by a seed, of which those are taken that fit a model.
 *
 * @module
 */

import { givingWay } from "../stats/mod.ts";
import type { Transformer } from "../model/mod.ts";
import { PairError } from "./pair_error.ts";
import { type PairText, type PromptPair, promptPair } from "./prompt_pair.ts";

/** Something that makes candidates for pairs by a seed, such as a task of the zoo. */
export interface PairSource {
  /** What the pairs are about. */
  readonly title: string;
  /** How many pairs are to be made. */
  readonly count: number;
  /**
   * Makes one candidate after another. Those that do not fit the model's tokens are passed over.
   *
   * @param model The model that the pairs are for.
   */
  candidates(model: Transformer): Iterable<PairText>;
}

/** How candidates are taken. */
export interface FittingPairsOptions {
  /** Whether answers of several tokens are allowed. */
  readonly firstToken: boolean;
  /** Stops the work. */
  readonly signal?: AbortSignal | undefined;
}

/** The pairs that fit, and what was passed over. */
export interface FittingPairs {
  /** As many pairs as the source is to make. */
  readonly pairs: readonly PromptPair[];
  /** How many candidates did not fit. */
  readonly passedOver: number;
  /** Why the first of those did not. */
  readonly reason: string | null;
}

/**
 * Takes candidates that differ from each other and fit a model, until there are as many as the source is to make.
 *
 * @param model The model.
 * @param source The source.
 * @param options What counts as fitting.
 * @throws {RangeError} If there are not as many.
 */
export async function fittingPairs(
  model: Transformer,
  source: PairSource,
  { firstToken, signal }: FittingPairsOptions,
): Promise<FittingPairs> {
  const { count, title } = source;
  if (!Number.isInteger(count) || count < 1) {
    throw new RangeError(
      `Cannot pair prompts as count must be a whole number from 1 on: current value is ${count}`,
    );
  }
  const pairs: PromptPair[] = [], seen = new Set<string>(), pause = givingWay(signal);
  // A source may go on for ever without a candidate that is new and fits.
  const patience = 1000 + 10 * count;
  let passedOver = 0, idle = 0, reason: string | null = null;
  for (const candidate of source.candidates(model)) {
    await pause();
    const key = JSON.stringify([candidate.clean, candidate.corrupt, candidate.answer]);
    if (!seen.has(key)) {
      seen.add(key);
      try {
        pairs.push(promptPair(model, candidate, { firstToken }));
        idle = 0;
      } catch (error) {
        if (!(error instanceof PairError)) throw error;
        passedOver++;
        reason ??= error.message;
      }
    }
    if (pairs.length === count) return { pairs, passedOver, reason };
    if (++idle > patience) break;
  }
  throw new RangeError(
    `Cannot make ${count} pairs (${title}) as so many different candidates must fit ${model.provenance.name}: ${pairs.length} do` +
      (reason ? `; ${passedOver} were passed over, the first as: ${reason}` : ""),
  );
}
