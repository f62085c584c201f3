/** What is edited, and what gives values. */

import { promptPair, promptPairs } from "../../../lib/run/mod.ts";
import { sidesOf } from "../../../lib/run/sweep/sweep_prompts.ts";
import { assertEquals } from "../../assert.ts";
import { fixtureModel } from "../../model/fixture.ts";

const PAIR = { clean: [1, 2, 3], corrupt: [1, 5, 3], answer: 1, wrong: 2, spans: { middle: [1] } };

Deno.test("of a pair the corrupt run is edited, the clean one where noising is asked for", async () => {
  const model = await fixtureModel("gpt2"), pair = promptPair(model, PAIR);
  const one = sidesOf(model, pair, "denoising");
  assertEquals([one.direction, one.tokens[0]!.ids, one.source![0]!.ids], [
    "denoising",
    [1, 5, 3],
    [1, 2, 3],
  ]);
  assertEquals(one.spans, { middle: [[1]] });
  const two = sidesOf(model, await promptPairs(model, [PAIR, PAIR]), "noising");
  assertEquals(two.tokens.map(({ ids }) => ids), [[1, 2, 3], [1, 2, 3]]);
  assertEquals(two.spans, { middle: [[1], [1]] });
  assertEquals(sidesOf(model, [1, 2], "denoising").direction, null);
});
