import { logit, neurons, run, sweep, zero } from "../../../lib/run/mod.ts";
import { assert, assertEquals, assertRejects } from "../../assert.ts";
import { fixtureModel } from "../../model/fixture.ts";

Deno.test("neurons() sets each neuron to zero, as a run does", async () => {
  const model = await fixtureModel("llama"), prompt = [3, 17, 24, 40], metric = logit(9);
  const { data } = await sweep(model, prompt, neurons({ layers: [-1], positions: -1 }), metric);
  assertEquals(data.shape, [1, model.architecture.neurons]);
  using alone = await run(model, prompt, {
    edits: [zero("blocks.1.mlp.post", { neurons: 5, positions: -1 })],
  });
  assert(Math.abs(data.values[5]! - alone.measure(metric)[0]!) < 1e-5);
  await assertRejects(
    () => sweep(model, prompt, neurons({ at: "mlp_out" }), metric),
    RangeError,
    "Cannot sweep neurons as the site must have some: the axes of blocks.0.mlp_out are batch, position, width",
  );
});
