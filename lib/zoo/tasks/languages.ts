/**
 * Languages.
 *
 * @module
 */

import type { TaskDefinition } from "./definition.ts";
import { factPairs } from "./fact_pairs.ts";
import { languages } from "./facts.ts";

/** "The people of Poland speak" and the answer is a fact that the model has learnt by heart. */
export const languagesTask: TaskDefinition = {
  asks: "name the language of a country",
  corruption: "another country, of another language",
  candidates: (model, random) =>
    factPairs(model, random, languages, { template: "The people of {subject} speak" }),
};
