import { crossEntropy, run } from "../../../lib/run/mod.ts";
import { assertEquals, assertThrows } from "../../assert.ts";
import { FAMILIES, fixtureModel } from "../../model/fixture.ts";
import { near } from "../../near.ts";
import { checkMetric, logProbabilities, RAGGED } from "./metric_check.ts";

Deno.test("C-16 crossEntropy() is the mean of what each token but the first costs, given those before it", async () => {
  await checkMetric(crossEntropy(), (rows, example) => {
    const next = RAGGED[example]!.slice(1);
    const losses = next.map((id, position) => -logProbabilities(rows[position]!)[id]!);
    return losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
  });
});

Deno.test("crossEntropy() is the mean loss of a run, example by example", async () => {
  for (const family of FAMILIES) {
    const model = await fixtureModel(family);
    using together = await run(model, RAGGED, { padding: "left" });
    const values = together.measure(crossEntropy());
    for (const [example, prompt] of RAGGED.entries()) {
      using alone = await run(model, prompt);
      near([values[example]!], [alone.meanLoss], 1e-5, family);
    }
  }
});

Deno.test("crossEntropy() refuses a prompt of one token, which is given nothing", async () => {
  using result = await run(await fixtureModel("gpt2"), [[1, 2], [3]]);
  assertEquals(
    assertThrows(() => result.measure(crossEntropy()), RangeError).message,
    "Cannot measure the cross-entropy as example 1 must have two tokens: it has one",
  );
  assertEquals([crossEntropy().label, crossEntropy().unit], ["cross-entropy", "nats a token"]);
});
