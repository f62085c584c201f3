/**
 * Sports.
 *
 * @module
 */

import type { TaskDefinition } from "./definition.ts";
import { factPairs } from "./fact_pairs.ts";
import { sports } from "./facts.ts";

/** "Tiger Woods plays" and the answer is a fact that the model has learnt by heart. */
export const sportsTask: TaskDefinition = {
  asks: "name the sport of an athlete",
  corruption: "an athlete of another sport",
  candidates: (model, random) => factPairs(model, random, sports, { template: "{subject} plays" }),
};
