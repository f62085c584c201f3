import { promptPairs } from "../../../lib/run/mod.ts";
import { task } from "../../../lib/zoo/mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import { fixtureModel } from "../../model/fixture.ts";
import { score, taskPairs } from "./score.ts";

Deno.test("seedling goes on with random tokens that it has seen", async () => {
  const pairs = await taskPairs("repeated tokens");
  // The README of the model says 98 % of the second pass; words may be a little easier or harder.
  assert((await score(pairs, "clean")).first >= 0.9);
  assert((await score(pairs, "corrupt")).difference < -0.8);
  for (const { clean, corrupt, spans, answerId, wrongId, length } of pairs) {
    const { "first copy": first, "second copy": second } = spans as Record<string, number[]>;
    assertEquals([first!.length, second!.length, length], [20, 10, 31]);
    assertEquals(
      second!.map((at) => clean.ids[at]),
      first!.slice(0, 10).map((at) => clean.ids[at]),
    );
    const copied = spans["to be copied"]![0]!;
    assertEquals([clean.ids[copied], corrupt.ids[copied]], [answerId, wrongId]);
    assertEquals(clean.ids[spans["earlier occurrence"]![0]!], clean.ids.at(-1)!);
  }
});

Deno.test("repeated tokens are any ids where a model has no tokenizer", async () => {
  const model = await fixtureModel("gpt2");
  const pairs = await promptPairs(model, task("repeated tokens", { count: 5 }));
  assertEquals(pairs.pairs.map(({ length }) => length), Array(5).fill(30));
});
