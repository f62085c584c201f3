/**
 * Subject and verb across an attractor.
 *
 * @module
 */

import { fillTemplate } from "../../run/mod.ts";
import type { TaskDefinition } from "./definition.ts";
import { draw, shuffled } from "./draw.ts";
import { nouns } from "./words.ts";

const verbs = [["is", "are"], ["was", "were"], ["has", "have"]] as const;

/** "The keys near the cabinet" and the answer agrees with the keys, not with the cabinet. */
export const agreementTask: TaskDefinition = {
  asks: "choose the verb by its subject, not by the noun before it",
  corruption: "the subject in the other number",
  *candidates(_, random) {
    for (;;) {
      const [subject, attractor] = shuffled(random, nouns) as [typeof nouns[0], typeof nouns[0]];
      const several = random.integer(2), verb = draw(random, verbs);
      const speak = (number: number) =>
        fillTemplate("The {subject} {link} the {attractor}", {
          subject: subject[number]!,
          link: "near",
          attractor: attractor[1 - several]!,
        });
      const { text, spans } = speak(several);
      yield {
        clean: text,
        corrupt: speak(1 - several).text,
        answer: ` ${verb[several]}`,
        wrong: ` ${verb[1 - several]}`,
        spans: { subject: spans.subject!, attractor: spans.attractor!, end: [-1] },
      };
    }
  },
};
