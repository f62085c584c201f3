import { residualContributions } from "../../lib/decompose/mod.ts";
import { fixtureModel, PROMPTS } from "../model/fixture.ts";
import { checkDrawing } from "./drawn.ts";

Deno.test("ResidualContributions draws itself with its baseline, and is plain data", async () => {
  const model = await fixtureModel("gemma2");
  const found = await residualContributions(model, PROMPTS, { attention: "heads" });
  await checkDrawing(found, "sum to 1 at each position", "head 3", "attention biases");
});
