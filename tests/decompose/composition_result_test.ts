import { compositionScores } from "../../lib/decompose/mod.ts";
import { fixtureModel } from "../model/fixture.ts";
import { checkDrawing } from "./drawn.ts";

Deno.test("CompositionScores draws itself with its baseline, and is plain data", async () => {
  const model = await fixtureModel("llama");
  const found = await compositionScores(model, { offset: 1, samples: 4 });
  await checkDrawing(found, "random heads", "V-composition", "the key 1 before the query");
});
