import { privilegedBasis } from "../../lib/decompose/mod.ts";
import { fixtureModel, PROMPTS } from "../model/fixture.ts";
import { checkDrawing } from "./drawn.ts";

Deno.test("PrivilegedBasis draws itself with its baseline, and is plain data", async () => {
  const found = await privilegedBasis(await fixtureModel("gpt2"), PROMPTS, { rotations: 2 });
  await checkDrawing(found, "the same, rotated", "normal numbers have 3");
});
