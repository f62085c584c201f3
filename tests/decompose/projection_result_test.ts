import { projectionKernel } from "../../lib/decompose/mod.ts";
import { fixtureModel } from "../model/fixture.ts";
import { checkDrawing } from "./drawn.ts";

Deno.test("ProjectionKernel draws itself with its baseline, and is plain data", async () => {
  const found = await projectionKernel(await fixtureModel("gemma2"));
  await checkDrawing(found, "chance gives", "above it, in deviations");
});
