import { eigenvalueScores } from "../../lib/decompose/mod.ts";
import { fixtureModel } from "../model/fixture.ts";
import { checkDrawing } from "./drawn.ts";

Deno.test("EigenvalueScores draws itself with its baseline, and is plain data", async () => {
  const found = await eigenvalueScores(await fixtureModel("gpt2"), { samples: 4 });
  await checkDrawing(found, "random heads", "share with Re λ > 0", "W_E · OV · W_U");
});
