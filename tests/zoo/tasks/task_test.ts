import { promptPairs } from "../../../lib/run/mod.ts";
import { task, taskNames } from "../../../lib/zoo/mod.ts";
import { assert, assertEquals, assertRejects, assertThrows } from "../../assert.ts";
import { fixtureModel } from "../../model/fixture.ts";
import { drawings } from "../../run/drawings.ts";

Deno.test("every task says what it asks and what it changes, in page and text", async () => {
  assertEquals(taskNames.length, 13);
  for (const name of taskNames) {
    const { plain } = await drawings(task(name, { count: 7, seed: 5 }));
    const { asks, corruption } = task(name);
    for (const part of [name, asks, corruption, "7", "5"]) assert(plain.includes(part), plain);
    assertEquals(Deno.inspect(task(name, { count: 7, seed: 5 })), plain);
  }
  assertEquals(JSON.stringify(task("truth")), '{"name":"truth","count":32,"seed":0}');
  assertEquals(task("truth").title, "truth, seed 0");
});

Deno.test("task() refuses unknown names, options, counts and seeds", () => {
  const refused = (call: () => unknown, message: string) => {
    const error = assertThrows(call) as Error;
    assert(error.message.includes(message), error.message);
  };
  refused(
    () => task("indirect object" as never),
    'Cannot find task "indirect object" as it must be one of indirect objects; ',
  );
  refused(() => task("captals" as never), 'perhaps "capitals" is meant');
  refused(() => task("ioi" as never), 'perhaps "indirect objects" is meant');
  refused(() => task("IOI" as never), 'perhaps "indirect objects" is meant');
  refused(() => task("years" as never), 'perhaps "greater-than" is meant');
  refused(() => task("toString" as never), "perhaps");
  refused(() => task("truth", { counts: 3 } as never), 'perhaps "count" is meant');
  refused(
    () => task("truth", { count: 0 }),
    "Cannot make pairs of a task as count must be a whole number from 1 on: current value is 0",
  );
  refused(() => task("truth", { seed: 0.5 }), "the seed must be a safe integer");
});

Deno.test("a model without a tokenizer is told so", async () => {
  const model = await fixtureModel("gpt2");
  await assertRejects(() => promptPairs(model, task("truth")), TypeError, "tokenizer");
});
