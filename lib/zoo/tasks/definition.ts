/**
 * What a task is: sentences that a model can get right, and what is changed in them.
 *
 * @module
 */

import type { Transformer } from "../../model/mod.ts";
import type { PairText } from "../../run/mod.ts";
import type { RandomStream } from "../../stats/mod.ts";

/** A task, before it is known how many pairs and by which seed. */
export interface TaskDefinition {
  /** What the model must do. */
  readonly asks: string;
  /** What is changed in the corrupt prompts. */
  readonly corruption: string;
  /**
   * Makes one pair after another; those that do not fit the model are passed over by who takes them.
   *
   * @param model The model that the pairs are for.
   * @param random The stream of chance.
   */
  candidates(model: Transformer, random: RandomStream): Iterable<PairText>;
}
