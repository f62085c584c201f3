import { headsByPositions, logit, run, sweep, zero } from "../../../lib/run/mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import { fixtureModel } from "../../model/fixture.ts";

Deno.test("headsByPositions() has every head of every layer at every position", async () => {
  const model = await fixtureModel("gpt2"), prompt = [3, 17, 24], metric = logit(9);
  const { heads } = model.architecture;
  const grid = await sweep(model, prompt, headsByPositions(), metric);
  assertEquals(grid.data.shape, [2 * heads, 3]);
  assertEquals(grid.data.axes[0]!.labels[heads + 1], "1.1");
  using alone = await run(model, prompt, {
    edits: [zero("blocks.1.attn.z", { heads: 1, positions: 2 })],
  });
  assert(Math.abs(grid.data.values[(heads + 1) * 3 + 2]! - alone.measure(metric)[0]!) < 1e-5);
});
