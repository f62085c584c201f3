import { erasure } from "../../lib/decompose/mod.ts";
import { fixtureModel, PROMPTS } from "../model/fixture.ts";
import { checkDrawing } from "./drawn.ts";

Deno.test("Erasure draws itself with its baseline, and is plain data", async () => {
  const found = await erasure(await fixtureModel("gpt2"), PROMPTS, { layer: 0, head: 0 });
  await checkDrawing(found, "by chance 0 ±", "position 0 apart");
});
