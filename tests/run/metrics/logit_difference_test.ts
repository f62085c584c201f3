import { logit, logitDifference, logProbability, run } from "../../../lib/run/mod.ts";
import { assertEquals } from "../../assert.ts";
import { fixtureModel } from "../../model/fixture.ts";
import { near } from "../../near.ts";
import { checkMetric, RAGGED } from "./metric_check.ts";

Deno.test("C-16 logitDifference() is one token's logit minus another's", async () => {
  await checkMetric(logitDifference(7, 9), (rows) => rows.at(-1)![7]! - rows.at(-1)![9]!);
  const answers = [1, 2, 3], wrong = [90, 80, 3];
  await checkMetric(
    logitDifference(answers, wrong, { position: -2 }),
    (rows, i) => rows.at(-2)![answers[i]!]! - rows.at(-2)![wrong[i]!]!,
  );
  await checkMetric(
    logitDifference(answers, 5, { position: 0 }),
    (rows, i) => rows[0]![answers[i]!]! - rows[0]![5]!,
  );
});

Deno.test("logitDifference() turns its sign with its tokens, and is 0 of a token and itself", async () => {
  using result = await run(await fixtureModel("llama"), RAGGED);
  const there = result.measure(logitDifference(4, [1, 2, 3]));
  const back = result.measure(logitDifference([1, 2, 3], 4));
  near(there, back.map((value) => -value), 0);
  assertEquals([...result.measure(logitDifference(4, 4))], [0, 0, 0]);
});

Deno.test("logitDifference() is labelled by both tokens", () => {
  assertEquals(logitDifference(" Mary", " John").label, "logit Mary − John");
  assertEquals(logitDifference([1, 2], [3, 4]).label, "logit the answer − the wrong answer");
  assertEquals(logitDifference([1, 2], 3).label, "logit the answer − #3");
  assertEquals(logitDifference(1, 2, { position: 0 }).label, "logit #1 − #2 at position 0");
  assertEquals(logitDifference(1, 2).unit, "nats");
});

Deno.test("logit() and logitDifference() say of which logits they are sums, and other metrics do not", async () => {
  const model = await fixtureModel("llama"), tokens = model.tokenize([[1, 2, 3], [4, 5]]);
  const context = { model, tokens };
  assertEquals(logitDifference([7, 8], 9).sums!(context), [
    { position: 2, tokens: [[7, 1], [9, -1]] },
    { position: 1, tokens: [[8, 1], [9, -1]] },
  ]);
  assertEquals(logit(3, { position: 0 }).sums!(context).map(({ position }) => position), [0, 0]);
  assertEquals(logProbability(3).sums, undefined);
});
