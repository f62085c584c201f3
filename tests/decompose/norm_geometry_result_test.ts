import { normGeometry } from "../../lib/decompose/mod.ts";
import { fixtureModel, PROMPTS } from "../model/fixture.ts";
import { checkDrawing } from "./drawn.ts";

Deno.test("NormGeometry draws itself with its baseline, and is plain data", async () => {
  const found = await normGeometry(await fixtureModel("llama"), [...PROMPTS[0]!]);
  await checkDrawing(found, "RMSNorm scales to the length √width and projects nothing");
});
