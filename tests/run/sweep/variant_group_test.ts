import { baseRun } from "../../../lib/run/sweep/base_run.ts";
import { plannedVariant } from "../../../lib/run/sweep/plan.ts";
import { ReadOut } from "../../../lib/run/sweep/read_out.ts";
import { runGroup } from "../../../lib/run/sweep/variant_group.ts";
import { logit, run, scale } from "../../../lib/run/mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import { heldTensors } from "../../held_tensors.ts";
import { fixtureModel } from "../../model/fixture.ts";

Deno.test("runGroup() lets variants join at the embedding, at blocks and after the last one, and frees what it makes", async () => {
  const model = await fixtureModel("gpt2"), prompts = [[3, 17, 24], [5, 6, 7]];
  const tokens = model.tokenize(prompts), metrics = [logit(9)];
  const sites = ["embed", "blocks.0.attn.q", "blocks.1.mlp.post", "ln_final.normalized"] as const;
  using base = await baseRun(model, tokens, { capture: [...sites] });
  const readOut = new ReadOut(model, tokens, base.layout.window, metrics), before = heldTensors();
  const edits = sites.map((site) => [scale(site, 2, { positions: -1 })]);
  const planned = edits.map((edits, index) =>
    plannedVariant({ edits }, index, base, { first: 2, last: 2 })!
  );
  assertEquals(planned.map(({ layer, column }) => [layer, column]), [[-1, 2], [0, 2], [1, 2], [
    2,
    2,
  ]]);
  const values = await runGroup(planned, 2, { base, readOut });
  planned.forEach(({ instrument }) => instrument.dispose());
  assertEquals(heldTensors(), before);
  for (const [variant, own] of edits.entries()) {
    using alone = await run(model, prompts, { edits: own });
    alone.measure(metrics[0]!).forEach((value, example) => {
      assert(Math.abs(values[2 * variant + example]! - value) < 1e-5);
    });
  }
});
