/**
 * Capitals.
 *
 * @module
 */

import type { TaskDefinition } from "./definition.ts";
import { factPairs } from "./fact_pairs.ts";
import { capitals } from "./facts.ts";

/** "The capital of Poland is" and the answer is a fact that the model has learnt by heart. */
export const capitalsTask: TaskDefinition = {
  asks: "name the capital of a country",
  corruption: "another country",
  candidates: (model, random) =>
    factPairs(model, random, capitals, { template: "The capital of {subject} is" }),
};
