import { headsByLayers, logit, run, scale, sweep, zero } from "../../../lib/run/mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import { fixtureModel } from "../../model/fixture.ts";

Deno.test("headsByLayers() sets each head to zero, or does what it is told, as a run does", async () => {
  const model = await fixtureModel("llama"), prompt = [3, 17, 24, 40], metric = logit(9);
  const zeroed = await sweep(model, prompt, headsByLayers(), metric);
  const doubled = await sweep(
    model,
    prompt,
    headsByLayers("v", { positions: -2, edit: ({ at, where }) => scale(at, 2, where) }),
    metric,
  );
  assertEquals(zeroed.data.shape, [2, model.architecture.heads]);
  assertEquals(doubled.data.shape, [2, model.architecture.keyValueHeads]);
  for (
    const [grid, edit, cell] of [
      [zeroed, zero("blocks.1.attn.z", { heads: 2 }), model.architecture.heads + 2],
      [doubled, scale("blocks.0.attn.v", 2, { heads: 1, positions: -2 }), 1],
    ] as const
  ) {
    using alone = await run(model, prompt, { edits: [edit] });
    assert(Math.abs(grid.data.values[cell]! - alone.measure(metric)[0]!) < 1e-5);
  }
});
