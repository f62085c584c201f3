/**
 * Indirect object identification.
 *
 * Wang et al., "Interpretability in the Wild", ICLR 2023, https://arxiv.org/abs/2211.00593.
 *
 * @module
 */

import { type PairText, pairTexts, type SlotChange } from "../../run/mod.ts";
import type { RandomStream } from "../../stats/mod.ts";
import type { TaskDefinition } from "./definition.ts";
import { names, objects, places } from "./words.ts";

/** Sentences, with the one article that seedling's curriculum has ("a apple"), in which `{first}` and `{second}` are two people, of whom `{giver}` gives. */
const sentences = [
  "When {first} and {second} went to the {place}, {giver} gave a {object} to",
  "After {first} and {second} went to the {place}, {giver} gave a {object} to",
  "While {first} and {second} were at the {place}, {giver} handed a {object} to",
  "Then, {first} and {second} went to the {place}. {giver} gave a {object} to",
  "Then, {first} and {second} had a lot of fun at the {place}. {giver} gave a {object} to",
  "Then, {first} and {second} were working at the {place}. {giver} decided to give a {object} to",
];

/** The sentences with the receiver first and with the giver first, as often. */
const templates = sentences.flatMap((sentence) =>
  [["{A:IO}", "{B:S1}"], ["{B:S1}", "{A:IO}"]].map(([first, second]) =>
    sentence.replace("{first}", first!).replace("{second}", second!).replace("{giver}", "{B:S2}")
  )
);

/** Pairs with some names changed; spans are `IO`, `S1`, `S2`, `place`, `object` and `end`. */
function* changed(
  random: RandomStream,
  corrupt: Readonly<Record<string, SlotChange>>,
): Generator<PairText, void> {
  const pairs = pairTexts(templates, {
    slots: { A: names, B: names, place: places, object: objects },
    corrupt,
    answer: " {A}",
    wrong: " {B}",
    seed: random.integer(2 ** 32),
  });
  for (const { spans, ...pair } of pairs) {
    const { A: _, B: __, ...named } = spans!;
    yield { ...pair, spans: { ...named, end: [-1] } };
  }
}

/** "When Mary and John went to the store, John gave a key to" and the answer is who did not give. */
export const indirectObjectsTask: TaskDefinition = {
  asks: "name the one of two people who does not give",
  corruption: "the other one gives, so that answer and wrong answer change places",
  candidates: (_, random) => changed(random, { S2: { slot: "A" } }),
};

/** The same with three people in the corrupt prompt, none of whom the clean one names: pABC of the paper. */
export const indirectObjectsThreeNamesTask: TaskDefinition = {
  asks: indirectObjectsTask.asks,
  corruption: "three other people, each named once, so that nothing says who receives",
  candidates: (_, random) => changed(random, { IO: "another", S1: "another", S2: "another" }),
};
