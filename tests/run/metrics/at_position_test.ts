import {
  kl,
  logit,
  logitDifference,
  logProbability,
  probability,
  rank,
  run,
} from "../../../lib/run/mod.ts";
import { assertEquals, assertThrows } from "../../assert.ts";
import { fixtureModel } from "../../model/fixture.ts";
import { RAGGED } from "./metric_check.ts";

Deno.test("metrics of one position count it from each prompt's own end, and refuse one that any lacks", async () => {
  const model = await fixtureModel("gpt2"), tokens = model.tokenize(RAGGED);
  using result = await run(model, RAGGED);
  const at = (position: number) => logit(3, { position });
  assertEquals(at(-1).positions({ model, tokens }), [[5], [10], [1]]);
  assertEquals(at(1).positions({ model, tokens }), [[1], [1], [1]]);
  assertEquals(
    assertThrows(() => result.measure(at(2)), RangeError).message,
    "Cannot measure logit as its position must be from -2 to 1 in example 2: current value is 2",
  );
  for (const position of [-3, 0.5, NaN, "1", null]) {
    assertThrows(() => result.measure(at(position as number)), RangeError, "in example");
  }
});

Deno.test("misspelt options of metrics are refused when they are made", async () => {
  using result = await run(await fixtureModel("gpt2"), RAGGED);
  const wrong = { positions: 1 } as never;
  const made = {
    logit: () => logit(1, wrong),
    logitDifference: () => logitDifference(1, 2, wrong),
    probability: () => probability(1, wrong),
    logProbability: () => logProbability(1, wrong),
    rank: () => rank(1, wrong),
    kl: () => kl(result, wrong),
  };
  for (const [name, make] of Object.entries(made)) {
    assertEquals(
      assertThrows(make, TypeError).message,
      `Cannot measure ${name} as its options must be among position: "positions" is not, perhaps "position" is meant`,
    );
  }
});
