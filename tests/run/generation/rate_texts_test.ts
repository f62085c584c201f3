import { generate, noise, ofRun, replace } from "../../../lib/run/mod.ts";
import { rateTexts } from "../../../lib/run/generation/rate_texts.ts";
import { assertEquals } from "../../assert.ts";
import { heldTensors } from "../../held_tensors.ts";
import { FAMILIES, fixtureModel, PROMPTS } from "../../model/fixture.ts";
import { near } from "../../near.ts";

for (const family of FAMILIES) {
  Deno.test(`rateTexts() gives the probabilities that a generation saw, with edits and without: ${family}`, async () => {
    const model = await fixtureModel(family), prompts = [PROMPTS[0]!, PROMPTS[1]!.slice(0, 4)];
    for (
      const edits of [
        [],
        [noise("blocks.0.resid_post", { deviation: 0.5, seed: 2 })],
        [replace("blocks.1.resid_pre", ofRun({ examples: 0, positions: -1 }), {
          examples: 1,
          positions: -1,
        })],
      ]
    ) {
      const { texts } = await generate(model, prompts, { tokens: 5, edits });
      const before = heldTensors();
      const rated = await rateTexts(
        model,
        // Of different lengths, so that the second is filled up.
        texts.map(({ tokens }, i) => ({
          prompt: prompts[i]!,
          text: tokens.slice(0, 5 - 2 * i).map(({ id }) => id),
        })),
        { edits },
      );
      assertEquals(heldTensors(), before);
      const expected = texts.map(({ tokens }) => tokens.map(({ probability }) => probability));
      near(rated[0]!, expected[0]!, 1e-5, "float32 logits of another pass");
      near(rated[1]!, expected[1]!.slice(0, 3), 1e-5, "float32 logits of another pass");
    }
  });
}

Deno.test("rateTexts() has nothing to rate in empty texts", async () => {
  const model = await fixtureModel("gpt2");
  assertEquals(await rateTexts(model, [{ prompt: PROMPTS[0]!, text: [] }], { edits: [] }), [[]]);
});
