import { logProbability } from "../../../lib/run/mod.ts";
import { tf } from "../../../lib/tensor/mod.ts";
import { assertEquals } from "../../assert.ts";
import { fixtureModel } from "../../model/fixture.ts";
import { checkMetric, logProbabilities } from "./metric_check.ts";

Deno.test("C-16 logProbability() is a token's logit minus the logarithm of all exponentials' sum", async () => {
  await checkMetric(logProbability(7), (rows) => logProbabilities(rows.at(-1)!)[7]!);
  const each = [95, 1, 50];
  await checkMetric(
    logProbability(each, { position: 1 }),
    (rows, i) => logProbabilities(rows[1]!)[each[i]!]!,
  );
});

Deno.test("logProbability() keeps the digits of what is very unlikely, and is −∞ of what cannot be", async () => {
  const model = await fixtureModel("gpt2"), tokens = model.tokenize([[3]]);
  const logits = tf.tensor3d([[[0, -300, -Infinity, -Infinity]]]);
  const of = (id: number) => {
    const values = logProbability(id).evaluate(logits, () => 0, { model, tokens });
    return values.dataSync()[0]!;
  };
  assertEquals([of(0), of(1), of(2)], [0, -300, -Infinity]);
  logits.dispose();
});

Deno.test("logProbability() is labelled by its token, in nats", () => {
  const { label, unit } = logProbability(" a");
  assertEquals([label, unit], ["log-probability of a", "nats"]);
});
