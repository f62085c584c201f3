import { headGrid, layerGrid, meanOf, pathGrid } from "../../lib/decompose/attribution_grids.ts";
import { logitAttribution } from "../../lib/decompose/mod.ts";
import { logit } from "../../lib/run/mod.ts";
import { assert, assertEquals } from "../assert.ts";
import { fixtureModel, PROMPTS, seedling } from "../model/fixture.ts";

Deno.test("grids put each number into its cell: heads by layer, paths summed by head, biases apart", async () => {
  const model = await fixtureModel("gpt2");
  const found = await logitAttribution(model, PROMPTS, logit(3), { by: "path" });
  const heads = await logitAttribution(model, PROMPTS, logit(3), { by: "head" });
  const cells = (grid: { readonly "text/plain": string }) =>
    [...grid["text/plain"].matchAll(/[−-]?\d+\.\d+/g)].map(([number]) => number).slice(0, 3);
  assertEquals(cells(headGrid(found)), cells(headGrid(heads)), "paths of a head add up to it");
  assert(headGrid(found)["text/html"].includes("a head on average"));
  assert(layerGrid(heads)["text/html"].includes("biases"));
  assertEquals(meanOf(Float64Array.of(1, 2, 6)), 3);
});

Deno.test("pathGrid() has the prompt's tokens for columns", async () => {
  const found = await logitAttribution(await seedling(), "Mary went to", logit(" the"), {
    by: "path",
  });
  assert(pathGrid(found)["text/html"].includes("Mary"));
});
