import { normGrowth } from "../../lib/decompose/mod.ts";
import type { Transformer } from "../../lib/model/mod.ts";
import { run } from "../../lib/run/mod.ts";
import { assert, assertEquals, assertRejects } from "../assert.ts";
import { heldTensors } from "../held_tensors.ts";
import { fixtureModel, PROMPTS } from "../model/fixture.ts";
import { near } from "../near.ts";
import { filled, withPlanted } from "./planted.ts";

/** Twelve blocks of heads that write a share of their part of the stream back onto it. */
function growing(rate: number, body: (model: Transformer) => Promise<void>): Promise<void> {
  return withPlanted({ layers: 12, width: 8 }, ({ head }) => {
    for (let layer = 0; layer < 12; layer++) {
      for (let own = 0; own < 2; own++) {
        head(layer, own, "W_V", filled(8, 4, (row, column) => Number(row === 4 * own + column)));
        head(
          layer,
          own,
          "W_O",
          filled(4, 8, (row, column) => column === 4 * own + row ? rate - 1 : 0),
        );
      }
    }
  }, body);
}

Deno.test("I-01 normGrowth() recovers a model whose every block multiplies the stream by 1.045", async () => {
  // All tokens are one, so that wherever a head looks it finds the stream of its own position.
  const same = [[5, 5, 5, 5], [7, 7, 7]];
  await growing(1.045, async (model) => {
    const found = await normGrowth(model, same);
    assertEquals(found.medians.length, 13);
    near([found.growth.rate], [1.045], 1e-5, "float32");
    assert(found.growth.explained > 0.9999);
  });
  // The same model without what grows it.
  await growing(1, async (model) => {
    near([(await normGrowth(model, same)).growth.rate], [1], 1e-6);
  });
});

for (const family of ["gpt2", "llama", "gpt_neox", "gemma2", "mixtral"]) {
  Deno.test(`I-01 normGrowth() keeps position 0 apart and takes medians of the rest, ${family}`, async () => {
    const model = await fixtureModel(family);
    await normGrowth(model, PROMPTS);
    const held = heldTensors();
    const { medians, first, tokens, byPosition } = await normGrowth(model, PROMPTS);
    assertEquals(heldTensors(), held);
    assertEquals(tokens, 20);
    const { layers } = model.architecture;
    using result = await run(model, PROMPTS, { capture: ["resid_pre", "resid_post"] });
    const sites = [0, layers].map((layer) =>
      layer < layers ? `blocks.${layer}.resid_pre` : `blocks.${layers - 1}.resid_post`
    );
    for (const [i, site] of sites.entries()) {
      const rows = await result.cache.get(site).norm("euclidean", 2).array() as number[][];
      const later = rows.flatMap((row) => row.slice(1)).sort((a, b) => a - b);
      const layer = i * layers;
      near([medians[layer]!], [(later[9]! + later[10]!) / 2], 1e-4);
      near([first[layer]!], [(rows[0]![0]! + rows[1]![0]!) / 2], 1e-4);
      near([byPosition[layer]![3]!], [(rows[0]![3]! + rows[1]![3]!) / 2], 1e-4);
    }
  });
}

Deno.test("normGrowth() says what it cannot measure", async () => {
  const model = await fixtureModel("gpt2");
  await assertRejects(
    () => normGrowth(model, [[1], [2]]),
    RangeError,
    "Cannot measure how the stream grows as an example must have at least two tokens, the first standing apart: there are 2 examples, the longest of 1 tokens",
  );
  const found = await normGrowth(model, PROMPTS);
  assert(Deno.inspect(found).includes("a stream that keeps its length has × 1"));
});
