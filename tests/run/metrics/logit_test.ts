import { logit } from "../../../lib/run/mod.ts";
import { assertEquals } from "../../assert.ts";
import { checkMetric } from "./metric_check.ts";

Deno.test("C-16 logit() is the logit of a token, one for all examples or one for each, at any position", async () => {
  await checkMetric(logit(7), (rows) => rows.at(-1)![7]!);
  const each = [7, 95, 0];
  await checkMetric(logit(each), (rows, example) => rows.at(-1)![each[example]!]!);
  await checkMetric(logit(each, { position: 1 }), (rows, example) => rows[1]![each[example]!]!);
  await checkMetric(logit(3, { position: -2 }), (rows) => rows.at(-2)![3]!);
  await checkMetric(logit(3, { position: 0 }), (rows) => rows[0]![3]!);
});

Deno.test("logit() is labelled by its token, and by its position where that is not the last", () => {
  assertEquals(logit(" Mary").label, "logit of Mary");
  assertEquals(logit(7).label, "logit of #7");
  assertEquals(logit([7, 7, 7]).label, "logit of #7");
  assertEquals(logit([7, 8, 7]).label, "logit of the answer");
  assertEquals(logit(" ", { position: 2 }).label, 'logit of " " at position 2');
  assertEquals([logit(1).unit, logit(1).differentiable], ["", true]);
});
