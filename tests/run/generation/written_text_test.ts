import { writtenText } from "../../../lib/run/generation/written_text.ts";
import { assertEquals } from "../../assert.ts";
import { fixtureModel, seedling } from "../../model/fixture.ts";

Deno.test("writtenText() is what the tokens add to the text of the prompt", async () => {
  const model = await seedling(), whole = model.tokenize("John gave a key to Mary. Über 日本")[0]!;
  for (let cut = 1; cut <= whole.ids.length; cut++) {
    const [prompt] = model.tokenize(whole.ids.slice(0, cut));
    const text = writtenText(model, prompt!, whole.ids.slice(cut));
    // Within a character the prompt ends with what stands for a part of it.
    const before = prompt!.text.replace(/^<\|endoftext\|>/, "").replace(/\uFFFD+$/, "");
    if (before.length === prompt!.text.length - 13) assertEquals(before + text, whole.text);
    else assertEquals(whole.text.endsWith(text), true);
  }
});

Deno.test("writtenText() names tokens by number where there is no tokenizer", async () => {
  const model = await fixtureModel("gpt2"), [prompt] = model.tokenize([3, 4]);
  assertEquals(writtenText(model, prompt!, [5, 17]), "#5#17");
  assertEquals(writtenText(model, prompt!, []), "");
});
