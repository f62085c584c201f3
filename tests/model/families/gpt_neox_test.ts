import { fixtureModel } from "../fixture.ts";
import { checkExpected } from "./families_check.ts";

Deno.test("gpt_neox: logits, streams and attention are those of transformers", async () => {
  await checkExpected(await fixtureModel("gpt_neox"), "gpt_neox", 1e-4);
});
