import { GenerationPasses } from "../../../lib/run/generation/passes.ts";
import { readManner } from "../../../lib/run/generation/generate_options.ts";
import { type Draft, writeTexts } from "../../../lib/run/generation/write_texts.ts";
import { assertEquals } from "../../assert.ts";
import { fixtureModel, PROMPTS } from "../../model/fixture.ts";

Deno.test("writeTexts() fills drafts to their ends and tells of every token in turn", async () => {
  const model = await fixtureModel("gpt2"), prompts = model.tokenize([...PROMPTS]);
  const manner = readManner(model, { tokens: 3 });
  using passes = new GenerationPasses({
    model,
    prompts,
    copies: 1,
    edits: [],
    captured: new Set(),
    useCache: true,
  });
  const drafts = prompts.map((_, prompt): Draft => ({
    prompt,
    sample: 0,
    tokens: [],
    stop: null,
    score: null,
  }));
  const told: string[] = [];
  await writeTexts(
    { model, prompts, manner, passes },
    drafts,
    (draft, text) => told.push(`${draft.prompt}${text()}`),
  );
  assertEquals(drafts.map(({ tokens, stop }) => [tokens.length, stop?.reason]), [[3, "length"], [
    3,
    "length",
  ]]);
  assertEquals(told.length, 6);
  const text = (row: number) => drafts[row]!.tokens.map(({ id }) => `#${id}`).join("");
  assertEquals(told.slice(-2), [`0${text(0)}`, `1${text(1)}`]);
});
