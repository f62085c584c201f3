import { probability } from "../../../lib/run/mod.ts";
import { assertEquals } from "../../assert.ts";
import { checkMetric, logProbabilities } from "./metric_check.ts";

Deno.test("C-16 probability() is a token's share of all exponentials", async () => {
  await checkMetric(probability(7), (rows) => Math.exp(logProbabilities(rows.at(-1)!)[7]!));
  const each = [95, 1, 50];
  await checkMetric(
    probability(each, { position: -2 }),
    (rows, i) => Math.exp(logProbabilities(rows.at(-2)!)[each[i]!]!),
  );
});

Deno.test("probability() is labelled by its token and has no unit", () => {
  assertEquals([probability(" a").label, probability(" a").unit], ["probability of a", ""]);
});
