import { tokenIds } from "../../lib/lens/token_ids.ts";
import { assertEquals, assertThrows } from "../assert.ts";
import { fixtureModel, seedling } from "../model/fixture.ts";

Deno.test("tokenIds() takes texts and ids, one or several", async () => {
  const model = await seedling(), mary = model.toSingleToken(" Mary");
  assertEquals(tokenIds(model, [" Mary", 7], "look"), [mary, 7]);
  assertEquals(tokenIds(model, " Mary", "look"), [mary]);
});

Deno.test("tokenIds() refuses what is no token", async () => {
  const model = await fixtureModel("gpt2");
  const message = (token: unknown) =>
    assertThrows(() => tokenIds(model, token as number, "look")).message;
  assertEquals(
    message(-1),
    "Cannot look as a token id must be an integer from 0 to 95: current value is -1",
  );
  assertEquals(
    message(null),
    "Cannot look as a token must be text or an id: current value is null",
  );
  assertEquals(
    message(" Mary"),
    'Cannot find the token of " Mary" as the model has no tokenizer: put a tokenizer.json beside the model',
  );
});
