import {
  headsByLayers,
  headsByPositions,
  layersByPositions,
  ofCache,
  replace,
  run,
  sweep,
} from "../../../lib/run/mod.ts";
import { load } from "../../../lib/zoo/mod.ts";
import { assert, assertEquals, assertThrows } from "../../assert.ts";
import { METRIC, namePair, TEXT } from "./name_pair.ts";

const model = await load("seedling");
const pair = namePair(model);

Deno.test("C-13 layersByPositions() patches the clean prompt's value into the corrupt one, each cell as a run does", async () => {
  const grid = await sweep(model, pair, layersByPositions("resid_pre"), METRIC);
  assertEquals(grid.data.shape, [4, 15]);
  using clean = await run(model, pair.clean.ids, { capture: ["resid_pre"] });
  for (const [layer, position] of [[0, 10], [2, 14], [3, 12]] as const) {
    const edits = [
      replace(`blocks.${layer}.resid_pre`, ofCache(clean.cache), { positions: position }),
    ];
    using alone = await run(model, pair.corrupt.ids, { edits });
    const value = grid.data.values[layer * 15 + position]!;
    assert(Math.abs(value - alone.measure(METRIC)[0]!) < 1e-4);
  }
  // Before the second name nothing differs, so nothing is run.
  assert(grid.data.skipped.reduce((sum, own) => sum + own, 0) >= 40);
  // The whole clean stream before block 0 makes the corrupt prompt the clean one.
  assert(Math.abs(grid.data.values[10]! - grid.data.reference![0]!) < 1e-4);
  const noising = await sweep(model, pair, layersByPositions("resid_pre"), METRIC, {
    direction: "noising",
  });
  assert(Math.abs(noising.data.values[10]! - grid.data.baseline[0]!) < 1e-4);
});

Deno.test("layersByPositions() takes layers, positions and an edit, and refuses other options", async () => {
  const grid = await sweep(
    model,
    TEXT,
    layersByPositions("mlp_out", { layers: [-1, 0], positions: [-1] }),
    METRIC,
  );
  assertEquals(grid.data.axes, [
    { name: "layer", labels: ["0", "3"] },
    { name: "position", labels: ['-1 " to"'] },
  ]);
  assertThrows(() => layersByPositions("z", { layer: 1 } as object), TypeError, "layers");
  assertThrows(() => headsByLayers("z", { heads: 1 } as object), TypeError, "layers");
  assertThrows(() => headsByPositions("z", { head: 1 } as object), TypeError, "layers");
});
