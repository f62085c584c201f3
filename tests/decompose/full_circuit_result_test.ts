import { fullCircuit } from "../../lib/decompose/mod.ts";
import { SEEDLING } from "../model/fixture.ts";
import { checkDrawing } from "./drawn.ts";
import { loadFolder } from "../../lib/model/mod.ts";

Deno.test("FullCircuit draws itself with its baseline, and is plain data", async () => {
  const model = await loadFolder(SEEDLING);
  using found = await fullCircuit(model, { layer: 0, head: 0 }, { pairs: 3 });
  await checkDrawing(found, "from the mean, in deviations", "a token with itself");
});
