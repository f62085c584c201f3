import { capitals, languages, sports } from "../../../lib/zoo/tasks/facts.ts";
import { assert, assertEquals } from "../../assert.ts";
import { seedling } from "../../model/fixture.ts";

Deno.test("there are thirty facts of each kind, their answers one token each for seedling", async () => {
  const { tokenizer } = await seedling();
  for (const facts of [capitals, languages, sports]) {
    assertEquals(Object.keys(facts).length, 30);
    for (const answer of Object.values(facts)) tokenizer!.toSingleToken(` ${answer}`);
    assert(new Set(Object.values(facts)).size > 1);
  }
  assertEquals(Object.keys(capitals), Object.keys(languages));
});
