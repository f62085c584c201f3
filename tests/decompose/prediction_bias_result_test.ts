import { predictionBias } from "../../lib/decompose/mod.ts";
import { fixtureModel } from "../model/fixture.ts";
import { checkDrawing } from "./drawn.ts";

Deno.test("PredictionBias draws itself with its baseline, and is plain data", async () => {
  const model = await fixtureModel("gpt2");
  const found = await predictionBias(model, { texts: [[1, 2, 2, 3, 3, 3]], permutations: 20 });
  await checkDrawing(found, "dealt at random", "of the vocabulary do not");
});
