import { pathExpansion } from "../../lib/decompose/mod.ts";
import { fixtureModel, PROMPTS } from "../model/fixture.ts";
import { checkDrawing } from "./drawn.ts";

Deno.test("PathExpansion draws itself with its baseline, and is plain data", async () => {
  const model = await fixtureModel("gpt2"), prompt = [...PROMPTS[0]!];
  const found = await pathExpansion(model, prompt, { targets: [3, 4], heads: 1 });
  await checkDrawing(found, "mean size with as many heads", "add up to the logit", "rest");
});
