import { rank, run, testPrompt } from "../../../lib/run/mod.ts";
import { tf } from "../../../lib/tensor/mod.ts";
import { assertEquals } from "../../assert.ts";
import { fixtureModel } from "../../model/fixture.ts";
import { checkMetric } from "./metric_check.ts";

Deno.test("C-16 rank() counts the tokens of greater logits", async () => {
  const each = [95, 1, 50];
  const plain = (row: Float64Array, id: number) => row.filter((x) => x > row[id]!).length;
  await checkMetric(rank(each), (rows, i) => plain(rows.at(-1)!, each[i]!));
  await checkMetric(rank(3, { position: 0 }), (rows) => plain(rows[0]!, 3));
});

Deno.test("rank() gives tokens of equal logits the better rank, −∞ included", async () => {
  const model = await fixtureModel("gpt2"), tokens = model.tokenize([[3]]);
  const logits = tf.tensor3d([[[2, 5, 5, -1, -Infinity, -Infinity, 5]]]);
  const ranks = [0, 1, 2, 3, 4, 5, 6].map((id) => {
    const values = rank(id).evaluate(logits, () => 0, { model, tokens });
    return values.dataSync()[0]!;
  });
  assertEquals(ranks, [3, 0, 0, 4, 5, 5, 0]);
  logits.dispose();
});

Deno.test("rank() says that it has no gradient", () => {
  assertEquals([rank(1).differentiable, rank(1).unit, rank(1).label], [
    false,
    "tokens",
    "rank of #1 (from 0)",
  ]);
});

Deno.test("rank() is one less than the rank of tables, which number the likeliest 1, and its label says so", async () => {
  const model = await fixtureModel("gpt2"), prompt = [3, 17, 24], metric = rank(5);
  using result = await run(model, prompt);
  assertEquals(result.measure(metric)[0], (await testPrompt(model, prompt, [5])).rank - 1);
  assertEquals(metric.label, "rank of #5 (from 0)");
});
