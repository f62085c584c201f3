import {
  axisSize,
  gridPositions,
  layerAxis,
  layerOf,
  sitesIn,
} from "../../../lib/run/sweep/grid_builder.ts";
import { assertEquals, assertThrows } from "../../assert.ts";
import { fixtureModel } from "../../model/fixture.ts";

Deno.test("grids find their sites, layers and heads", async () => {
  const model = await fixtureModel("llama");
  const sites = sitesIn(model, "resid_pre", [-1]);
  assertEquals(sites, ["blocks.1.resid_pre"]);
  assertEquals(layerAxis(sitesIn(model, "z", undefined)).labels, ["0", "1"]);
  assertEquals([layerOf("blocks.11.attn.z"), layerOf("embed")], [11, NaN]);
  assertEquals(axisSize(model, "blocks.0.attn.z", "head"), model.architecture.heads);
  assertEquals(axisSize(model, "blocks.0.attn.v", "head"), model.architecture.keyValueHeads);
  const refused = (work: () => unknown, message: string) => assertThrows(work, RangeError, message);
  refused(
    () => sitesIn(model, "resid_pre", [0, 2]),
    "Cannot sweep resid_pre as a layer must have it: layer 2 does not, and there are 2 layers",
  );
  refused(() => sitesIn(model, "logits", undefined), "it must be a site of blocks");
  refused(() => sitesIn(model, "resid_per", undefined), "resid_pre");
  refused(
    () => axisSize(model, "blocks.0.resid_pre", "head"),
    "the axes of blocks.0.resid_pre are",
  );
});

Deno.test("positions of a grid are named by their tokens where all prompts have the same", async () => {
  const model = await fixtureModel("gpt2"), tokens = model.tokenize([[3, 17, 24], [3, 18, 24]]);
  const context = {
    model,
    tokens,
    sourceTokens: model.tokenize([[3, 19, 24], [3, 19, 24]]),
    source: null,
  };
  const { positions, axis } = gridPositions(context, undefined);
  assertEquals(positions, [0, 1, 2]);
  assertEquals(axis.labels, ['0 "#3"', "1", '2 "#24"']);
  assertEquals(axis.cleanLabels, ['0 "#3"', '1 "#19"', '2 "#24"']);
  assertEquals(gridPositions(context, [-1, "name"]).axis.labels, ['-1 "#24"', "name"]);
  assertThrows(
    () => gridPositions({ ...context, tokens: model.tokenize([[3], [4, 5]]) }, undefined),
    RangeError,
    "Cannot sweep all positions as prompts must be of one length: there are 1 and 2 tokens",
  );
});
