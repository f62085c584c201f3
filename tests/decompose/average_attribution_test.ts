import { logitAttribution } from "../../lib/decompose/mod.ts";
import { logit, logitDifference, promptPairs } from "../../lib/run/mod.ts";
import { display, inspect } from "../../lib/show/mod.ts";
import { bootstrapInterval } from "../../lib/stats/mod.ts";
import { task } from "../../lib/zoo/mod.ts";
import { assert, assertEquals, assertRejects } from "../assert.ts";
import { fixtureModel, PROMPTS, seedling } from "../model/fixture.ts";
import { near } from "../near.ts";

Deno.test("C-10 an average over pairs has an interval for each part, and adds up to the mean difference", async () => {
  const model = await seedling();
  const pairs = await promptPairs(model, task("indirect objects", { count: 12 }));
  const found = await logitAttribution(
    model,
    pairs.clean,
    logitDifference(pairs.answerIds, pairs.wrongIds),
    { by: "head" },
  );
  const average = await found.average({ seed: 3, resamples: 200 });
  near([average.leftOver], [0], 1e-4);
  average.parts.forEach(({ mean, low, high }, i) => {
    near([mean], [found.values[i]!.reduce((a, b) => a + b) / 12], 1e-9);
    assert(low <= mean && mean <= high, `${low} ${mean} ${high}`);
  });
  const own = await bootstrapInterval(found.values[3]!, { seed: 3, resamples: 200 });
  assertEquals([average.parts[3]!.low, average.parts[3]!.high], [own.low, own.high]);
  // A sum over the rows is the total: it is no row itself.
  for (
    const [rows, value] of [[average.table().rows, "mean"], [found.table().rows, "value"]] as const
  ) {
    const last = rows.at(-1)!, own = rows.filter(({ example }) => example === last.example);
    near([own.reduce((sum, row) => sum + (row[value] as number), 0)], [last.total as number], 1e-9);
    assertEquals(new Set(rows.map(({ unit }) => unit)), new Set(["nats"]));
    assertEquals(rows.filter(({ kind }) => kind === "total").length, 0);
  }
  const text = (await average[display]())["text/plain"];
  assert(text.includes("mean of 12 prompts") && text.includes("seed 3"), text);
  const [heading, ...lines] = average[inspect]().split("\n");
  assert(heading!.includes("mean"));
  assertEquals(lines.length, 14);
  assert(lines[12]!.startsWith(`  ${average.parts.length - 12} other parts: `), lines[12]);
  // What is written adds up to the total, to its four digits.
  const numbers = lines.map((line) => Number(/: (-?[\d.e+-]+)/.exec(line)![1]));
  near([numbers.reduce((a, b) => a + b)], [average.total], 1e-3);
  assertEquals((await found[display]())["text/plain"].includes("mean of 12 prompts"), true);
});

Deno.test("parts that do not add up have no average", async () => {
  const model = await fixtureModel("gpt2");
  const found = await logitAttribution(model, PROMPTS, logit(3), { norm: "own" });
  await assertRejects(() => found.average({ seed: 1 }), TypeError, "its parts must add up");
});
