import { onePrompt, positionIn, streamNumber, streamSite } from "../../lib/lens/stream_site.ts";
import { assertEquals, assertThrows } from "../assert.ts";
import { fixtureModel, PROMPTS } from "../model/fixture.ts";

Deno.test("streams are counted from the embedding to the last", async () => {
  const model = await fixtureModel("gpt2");
  assertEquals([0, 1, 2, -1, -3].map((layer) => streamNumber(model, layer, "look")), [
    0,
    1,
    2,
    2,
    0,
  ]);
  assertEquals([0, 1, 2].map((layer) => streamSite(model, layer)), [
    "blocks.0.resid_pre",
    "blocks.1.resid_pre",
    "blocks.1.resid_post",
  ]);
  assertEquals(
    assertThrows(() => streamNumber(model, 3, "look"), RangeError).message,
    "Cannot look at layer 3 as it must be from -3 to 2, the streams before each block and after the last",
  );
});

Deno.test("one prompt and its positions", async () => {
  const model = await fixtureModel("gpt2"), all = model.tokenize(PROMPTS);
  assertThrows(() => onePrompt(all, "look"), RangeError, "there are 2");
  assertEquals([
    positionIn(all[0]!, -1, "look"),
    positionIn(onePrompt([all[0]!], "look"), 3, "look"),
  ], [10, 3]);
  assertThrows(() => positionIn(all[0]!, 0.5, "look"), RangeError);
});
