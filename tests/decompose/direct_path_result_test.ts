import { directPath } from "../../lib/decompose/mod.ts";
import { fixtureModel } from "../model/fixture.ts";
import { checkDrawing } from "./drawn.ts";

Deno.test("DirectPath draws itself with its baseline, and is plain data", async () => {
  const found = await directPath(await fixtureModel("gpt2"), { texts: [[1, 2, 1, 3, 1, 2]] });
  await checkDrawing(found, "of single tokens", "both counted in the same text");
});
