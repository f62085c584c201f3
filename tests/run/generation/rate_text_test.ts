import { generate } from "../../../lib/run/mod.ts";
import { rateText } from "../../../lib/run/generation/rate_text.ts";
import { assertEquals } from "../../assert.ts";
import { fixtureModel, PROMPTS } from "../../model/fixture.ts";
import { near } from "../../near.ts";

Deno.test("rateText() gives the probabilities that a generation saw", async () => {
  const model = await fixtureModel("gpt_neox"), [prompt] = PROMPTS;
  const { texts: [text] } = await generate(model, prompt!, { tokens: 5 });
  const rated = await rateText(model, prompt!, text!.tokens.map(({ id }) => id), { edits: [] });
  near(
    rated,
    text!.tokens.map(({ probability }) => probability),
    1e-5,
    "float32 logits of another pass",
  );
  assertEquals(await rateText(model, prompt!, [], { edits: [] }), []);
});
