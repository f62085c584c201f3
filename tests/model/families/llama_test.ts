import { fixtureModel } from "../fixture.ts";
import { checkExpected } from "./families_check.ts";

Deno.test("llama: logits, streams and attention are those of transformers", async () => {
  await checkExpected(await fixtureModel("llama"), "llama", 1e-4);
});
