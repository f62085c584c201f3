/**
 * Pairs that ask for facts about one subject and another.
 *
 * @module
 */

import type { Transformer } from "../../model/mod.ts";
import { fillTemplate, type PairText } from "../../run/mod.ts";
import type { RandomStream } from "../../stats/mod.ts";
import { asLong, shuffled } from "./draw.ts";

/**
 * Asks for a fact about each subject, in rounds of an order by chance; the corrupt prompt asks about another subject of as
 * many tokens and another answer.
 *
 * @param model The model that the pairs are for.
 * @param random The stream of chance.
 * @param facts Subjects with answers.
 * @param template The sentence, with the slot `{subject}`; it stops before the answer.
 */
export function* factPairs(
  model: Transformer,
  random: RandomStream,
  facts: Readonly<Record<string, string>>,
  { template }: { readonly template: string },
): Generator<PairText, void> {
  const ask = (subject: string) => fillTemplate(template, { subject });
  for (;;) {
    for (const subject of shuffled(random, Object.keys(facts))) {
      const others = Object.keys(facts).filter((other) => facts[other] !== facts[subject]);
      const { text, spans } = ask(subject);
      const other = asLong(model, text, shuffled(random, others), (other) => ask(other).text);
      yield {
        clean: text,
        corrupt: ask(other).text,
        answer: ` ${facts[subject]}`,
        wrong: ` ${facts[other]}`,
        spans: { ...spans, end: [-1] },
      };
    }
  }
}
