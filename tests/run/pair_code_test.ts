import { PromptPair, promptPair, PromptPairs, promptPairs, task } from "../../mod.ts";
import { pairCode } from "../../lib/run/pair_code.ts";
import { assert, assertEquals, assertMatch } from "../assert.ts";
import { ranCode } from "../copied_code.ts";
import { seedling } from "../model/fixture.ts";

/** What sweeps and metrics read of pairs. */
const facts = (pairs: readonly PromptPair[]) =>
  pairs.map((
    { clean, corrupt, answers, wrongs, spans },
  ) => [clean.ids, corrupt.ids, answers, wrongs, spans]);

Deno.test("pairs are written as a call that makes them of the same ids, answers and spans; very many are a name", async () => {
  const model = await seedling();
  const one = promptPair(model, {
    clean: "Mary had a key */ {row}",
    corrupt: "John had a key */ {row}",
    answer: [" Mary", " John"],
    wrong: 7,
    spans: { "the name": [0] },
  });
  const again = await ranCode(pairCode(one), model);
  assert(again instanceof PromptPair);
  assertEquals(facts([again]), facts([one]));
  const some = await promptPairs(model, task("indirect objects", { count: 4 }));
  const list = await ranCode(pairCode(some), model);
  assert(list instanceof PromptPairs);
  assertEquals(facts(list.pairs), facts(some.pairs));
  const many = await promptPairs(model, task("indirect objects", { count: 100 }));
  assertMatch(pairCode(many), /^pairs \/\* your 100 pairs of prompts: .* \*\/$/);
});
