import * as words from "../../../lib/zoo/tasks/words.ts";
import { assert, assertEquals } from "../../assert.ts";
import { seedling } from "../../model/fixture.ts";

Deno.test("the words of the tasks are different from each other and one token each for seedling", async () => {
  const { tokenizer } = await seedling();
  const { nouns, professions, sequences, ...lists } = words;
  const all = [
    ...Object.values(lists),
    nouns.flat(),
    Object.values(professions).flat(),
    ...Object.values(sequences),
  ];
  for (const list of all) {
    assert(list.length >= 7);
    assertEquals(new Set(list).size, list.length);
    const odd = list.filter((word) =>
      tokenizer!.encode(` ${word}`, { beginning: false }).ids.length !== 1
    );
    // The curriculum goes up to twelve, which Roman numerals write in two tokens.
    assertEquals(odd, list.includes("XII") ? ["XII"] : []);
  }
});
