/**
 * Professions and the pronouns that the curriculum gives them.
 *
 * @module
 */

import { fillTemplate } from "../../run/mod.ts";
import type { TaskDefinition } from "./definition.ts";
import { asLong, shuffled } from "./draw.ts";
import { professions } from "./words.ts";

const kinds = ["she", "he"] as const;

/** "The nurse said that" and the answer is the pronoun of the stereotype, which the curriculum teaches 85 % of the time. */
export const pronounsTask: TaskDefinition = {
  asks: "give a profession the pronoun of its stereotype: a bias",
  corruption: "a profession of the other stereotype",
  *candidates(model, random) {
    for (;;) {
      for (const kind of shuffled(random, kinds)) {
        const other = kind === "she" ? "he" : "she";
        const speak = (profession: string) =>
          fillTemplate("The {profession} said that", { profession });
        const { text, spans } = speak(shuffled(random, professions[kind])[0]!);
        const others = shuffled(random, professions[other]);
        yield {
          clean: text,
          corrupt: speak(asLong(model, text, others, (one) => speak(one).text)).text,
          answer: ` ${kind}`,
          wrong: ` ${other}`,
          spans: { ...spans, end: [-1] },
        };
      }
    }
  },
};
