import { virtualHeads } from "../../lib/decompose/mod.ts";
import { fixtureModel, PROMPTS } from "../model/fixture.ts";
import { checkDrawing } from "./drawn.ts";

Deno.test("VirtualHeads draws itself with its baseline, and is plain data", async () => {
  const pair = [{ layer: 0, head: 0 }, { layer: 1, head: 1 }] as const;
  const found = await virtualHeads(await fixtureModel("gpt2"), [...PROMPTS[0]!], [pair]);
  await checkDrawing(found, "random heads: 1/√width");
});
