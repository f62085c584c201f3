/**
 * Whether a review is good.
 *
 * @module
 */

import { fillTemplate } from "../../run/mod.ts";
import type { TaskDefinition } from "./definition.ts";
import { asLong, draw, shuffled } from "./draw.ts";
import { blame, praise, works } from "./words.ts";

const template = "I saw the {work}. It was {first} and {second}. I";

/** "I saw the movie. It was dull and awful. I" and the answer is hated. */
export const sentimentTask: TaskDefinition = {
  asks: "say whether the writer liked it",
  corruption: "adjectives of the other kind",
  *candidates(model, random) {
    for (;;) {
      const work = draw(random, works), likes = random.integer(2) === 1;
      const [own, opposite] = likes ? [praise, blame] : [blame, praise];
      const write = (words: readonly string[]) =>
        fillTemplate(template, { work, first: words[0]!, second: words[1]! });
      const { text, spans } = write(shuffled(random, own));
      const tries = Array.from({ length: 8 }, () => shuffled(random, opposite));
      const other = asLong(model, text, tries, (words) => write(words).text);
      yield {
        clean: text,
        corrupt: write(other).text,
        answer: likes ? " loved" : " hated",
        wrong: likes ? " hated" : " loved",
        spans: { ...spans, end: [-1] },
      };
    }
  },
};
