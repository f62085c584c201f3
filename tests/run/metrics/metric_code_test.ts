import {
  crossEntropy,
  divisible,
  kl,
  logit,
  logitDifference,
  logProbability,
  type Metric,
  metricCode,
  probability,
  probabilityDifference,
  rank,
  run,
} from "../../../mod.ts";
import { assertEquals } from "../../assert.ts";
import { ranCode } from "../../copied_code.ts";
import { seedling } from "../../model/fixture.ts";

Deno.test("a metric of the library is written as a call that makes the same one; any other is a name", async () => {
  const model = await seedling();
  using clean = await run(model, "When Mary and John went");
  using result = await run(model, "When Mary and John sat");
  const made = [
    logit(" Mary", { position: -2 }),
    logitDifference([" Mary"], [7]),
    logProbability(5),
    probability("{row}"[0]!),
    probabilityDifference([[5, 6]], [[7]]),
    rank(" John"),
    crossEntropy(),
    kl(clean, { position: 1 }),
  ];
  for (const metric of made) {
    const again = await ranCode(metricCode(metric), model, { reference: clean }) as Metric;
    assertEquals([again.label, ...result.measure(again)], [
      metric.label,
      ...result.measure(metric),
    ]);
  }
  assertEquals(metricCode(made[0]!), 'logit(" Mary", { position: -2 })');
  for (
    const own of [{ ...logit(5), label: "mine */" }, divisible({ ...logit(5), label: "mine */" })]
  ) {
    assertEquals(metricCode(own), 'metric /* your metric "mine *\\/" */');
  }
});
