import { fittingPairs } from "../../lib/run/pair_source.ts";
import { type PairText, promptPairs } from "../../lib/run/mod.ts";
import { assert, assertEquals, assertRejects } from "../assert.ts";
import { fixtureModel } from "../model/fixture.ts";
import { drawings } from "./drawings.ts";

const pair = (from: number, change: Partial<PairText> = {}): PairText => ({
  clean: [1, from],
  corrupt: [2, from],
  answer: 4,
  wrong: 5,
  ...change,
});

/** A source of given candidates. */
const source = (count: number, candidates: () => Iterable<PairText>) => ({
  title: "made up",
  count,
  candidates,
});

Deno.test("fittingPairs() takes the first that differ and fit, and counts what it passes over", async () => {
  const model = await fixtureModel("gpt2");
  const candidates = () => [
    pair(1),
    pair(1),
    pair(2, { corrupt: [2] }),
    pair(3, { wrong: 4 }),
    pair(4),
    pair(5),
  ];
  const found = await fittingPairs(model, source(2, candidates), { firstToken: false });
  assertEquals(found.pairs.map(({ clean }) => clean.ids[1]), [1, 4]);
  assertEquals(found.passedOver, 2);
  assert(found.reason!.startsWith("Cannot pair prompts as both must have as many tokens"));
  const drawn = await drawings(await promptPairs(model, source(2, candidates)));
  assert(
    drawn.plain.includes(
      "2 candidates were passed over, the first as: Cannot pair prompts as both",
    ),
    drawn.plain,
  );
  assert(drawn.plain.startsWith("2 pairs of prompts: made up\n"));
});

Deno.test("a source that cannot make as many says how many it makes and why", async () => {
  const model = await fixtureModel("gpt2");
  await assertRejects(
    () => promptPairs(model, source(3, () => [pair(1), pair(2, { wrong: 4 })])),
    RangeError,
    `Cannot make 3 pairs (made up) as so many different candidates must fit ${model.provenance.name}: 1 do; 1 were passed over, the first as: Cannot tell answers apart`,
  );
  const endless = function* () {
    for (;;) yield pair(1);
  };
  await assertRejects(() => promptPairs(model, source(2, endless)), RangeError, "must fit");
  await assertRejects(
    () => promptPairs(model, source(0, endless)),
    RangeError,
    "Cannot pair prompts as count must be a whole number from 1 on: current value is 0",
  );
});

Deno.test("an error that has nothing to do with fitting is passed on", async () => {
  const model = await fixtureModel("gpt2");
  await assertRejects(
    () => promptPairs(model, source(1, () => [pair(96)])),
    RangeError,
    "a token id must be an integer from 0 to 95",
  );
});
