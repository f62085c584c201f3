import { heldOutTexts } from "../../lib/zoo/mod.ts";
import { run } from "../../lib/run/mod.ts";
import { assert, assertEquals } from "../assert.ts";
import { seedling } from "../model/fixture.ts";

Deno.test("heldOutTexts() reads documents that seedling's tokenizer takes and that it predicts well", async () => {
  const texts = await heldOutTexts();
  assert(texts.length >= 1000, `there are ${texts.length}`);
  assert(texts.every(({ kind, text }) => kind !== "" && text !== ""));
  assert(new Set(texts.map(({ kind }) => kind)).size > 5);
  const model = await seedling();
  let loss = 0, count = 0;
  for (const { text } of texts.filter((_, i) => i % 200 === 0)) {
    const { ids } = model.tokenize(text.slice(0, 300))[0]!;
    using result = await run(model, ids.slice(0, 200));
    const row = [...result.loss[0]!.slice(1)];
    loss += row.reduce((a, b) => a + b, 0);
    count += row.length;
  }
  // Training ended at 1.407 nats a token; a model that reads its text wrongly is at 3 and more.
  assert(count > 500 && loss / count < 2, `${loss / count} nats over ${count} tokens`);
  assertEquals(typeof texts[0]!.text, "string");
});
