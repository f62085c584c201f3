import { spellings } from "../../lib/lens/spelling.ts";
import { assert, assertEquals } from "../assert.ts";
import { seedling } from "../model/fixture.ts";

Deno.test("spellings() gives single tokens that differ by space and capital alone", async () => {
  const { tokenizer } = await seedling();
  for (const word of [" the", " The", " Mary"]) {
    const ids = spellings(tokenizer!, word), texts = ids.map((id) => tokenizer!.token(id).text);
    assertEquals(texts[0], word);
    assert(
      texts.every((text) => text.trim().toLowerCase() === word.trim().toLowerCase()),
      texts.join("|"),
    );
    assertEquals(new Set(ids).size, ids.length);
  }
  assert(spellings(tokenizer!, " the").length > 1);
});
