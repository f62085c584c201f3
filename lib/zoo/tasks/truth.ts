/**
 * Whether a statement is true.
 *
 * @module
 */

import { fillTemplate } from "../../run/mod.ts";
import type { TaskDefinition } from "./definition.ts";
import { asLong, shuffled } from "./draw.ts";
import { capitals } from "./facts.ts";

const template = "Statement: {city} is the capital of {country}. This statement is";

/** "Statement: Rome is the capital of Poland. This statement is" and the answer is false. */
export const truthTask: TaskDefinition = {
  asks: "say whether a statement is true",
  corruption:
    "another city, which makes the statement false if it was true and true if it was false",
  *candidates(model, random) {
    for (;;) {
      for (const country of shuffled(random, Object.keys(capitals))) {
        const truth = capitals[country]!,
          state = (city: string) => fillTemplate(template, { city, country });
        const others = shuffled(random, Object.values(capitals)).filter((city) => city !== truth);
        const other = asLong(model, state(truth).text, others, (city) => state(city).text);
        const isTrue = random.integer(2) === 1;
        const { text, spans } = state(isTrue ? truth : other);
        yield {
          clean: text,
          corrupt: state(isTrue ? other : truth).text,
          answer: isTrue ? " true" : " false",
          wrong: isTrue ? " false" : " true",
          spans: { ...spans, end: [-1] },
        };
      }
    }
  },
};
