import { probability, probabilityDifference, run } from "../../../lib/run/mod.ts";
import { assertEquals, assertThrows } from "../../assert.ts";
import { fixtureModel } from "../../model/fixture.ts";
import { near } from "../../near.ts";
import { checkMetric, logProbabilities, RAGGED } from "./metric_check.ts";

Deno.test("C-16 probabilityDifference() is the answers' share of all exponentials less the wrong ones'", async () => {
  const answers = [[7, 8], [95], [1, 2, 3]], wrongs = [[9], [1, 0, 50], [4]];
  const share = (ids: readonly number[], logits: Float64Array) => {
    const all = logProbabilities(logits);
    return ids.reduce((sum, id) => sum + Math.exp(all[id]!), 0);
  };
  await checkMetric(
    probabilityDifference(answers, wrongs),
    (rows, i) => share(answers[i]!, rows.at(-1)!) - share(wrongs[i]!, rows.at(-1)!),
  );
  await checkMetric(
    probabilityDifference([7, 8, 9], 6, { position: -2 }),
    (rows, i) => share([7 + i], rows.at(-2)!) - share([6], rows.at(-2)!),
  );
});

Deno.test("probabilityDifference() of all tokens but one against that one is 1 - 2p of it", async () => {
  const model = await fixtureModel("gpt2"), last = model.architecture.vocabulary - 1;
  using result = await run(model, RAGGED);
  const all = RAGGED.map(() => Array.from({ length: last }, (_, id) => id));
  const metric = probabilityDifference(all, last);
  const expected = result.measure(probability(last)).map((p) => 1 - 2 * p);
  // Both add up a hundred numbers in single precision.
  near(result.measure(metric), expected, 1e-6);
});

Deno.test("probabilityDifference() is labelled by its tokens and has no unit", () => {
  const { label, unit, differentiable } = probabilityDifference([[1, 2], [3]], " b");
  assertEquals([label, unit, differentiable], ["probability answers − b", "", true]);
  assertEquals(probabilityDifference(3, [4, 5]).label, "probability #3 − wrong answers");
  assertEquals(probabilityDifference(" a", " b").label, "probability a − b");
});

Deno.test("probabilityDifference() refuses tokens that stand twice, and lists that are none or too few", async () => {
  const model = await fixtureModel("gpt2");
  using result = await run(model, RAGGED);
  const refused = (answers: unknown, wrongs: unknown) =>
    assertThrows(
      () => result.measure(probabilityDifference(answers as number, wrongs as number)),
      Error,
    ).message;
  const twice =
    "Cannot measure a difference of probabilities as each token must stand once among answers and wrong answers: token 2 stands there twice in example 1";
  assertEquals(refused([[1], [2], [3]], [[4], [2], [4]]), twice);
  assertEquals(refused([[1], [2, 2], [3]], 4), twice);
  assertEquals(
    refused([[1], [2]], 4),
    "Cannot measure answers as there must be a list of them for each of the 3 examples: there are 2",
  );
  assertEquals(
    refused([[1], [], [2]], 4),
    "Cannot measure answers as each example must have one or more in a list: example 1 has []",
  );
  assertEquals(
    refused([[1], 5, [2]], 4),
    "Cannot measure answers as each example must have one or more in a list: example 1 has 5",
  );
});
