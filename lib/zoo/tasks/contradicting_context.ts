/**
 * What the context says against what was learnt.
 *
 * @module
 */

import { fillTemplate } from "../../run/mod.ts";
import type { TaskDefinition } from "./definition.ts";
import { asLong, shuffled } from "./draw.ts";
import { capitals } from "./facts.ts";

const template =
  "In this story, the capital of {subject:first subject} is {claim}. The capital of {subject:second subject} is";

/** "In this story, the capital of Poland is Rome. The capital of Poland is" and the answer is what the story says. */
export const contradictingContextTask: TaskDefinition = {
  asks: "say what the context says, against a fact that was learnt",
  corruption: "the context says what is true, so that both agree on the wrong answer",
  *candidates(model, random) {
    for (;;) {
      for (const subject of shuffled(random, Object.keys(capitals))) {
        const truth = capitals[subject]!;
        const tell = (claim: string) => fillTemplate(template, { subject, claim });
        const others = shuffled(random, Object.values(capitals)).filter((city) => city !== truth);
        const claim = asLong(model, tell(truth).text, others, (city) => tell(city).text);
        const { text, spans } = tell(claim);
        yield {
          clean: text,
          corrupt: tell(truth).text,
          answer: ` ${claim}`,
          wrong: ` ${truth}`,
          spans: { ...spans, end: [-1] },
        };
      }
    }
  },
};
