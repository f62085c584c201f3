import { fixtureModel } from "../fixture.ts";
import { checkExpected } from "./families_check.ts";

Deno.test("gpt2: logits, streams and attention are those of transformers", async () => {
  await checkExpected(await fixtureModel("gpt2"), "gpt2", 1e-4);
});
