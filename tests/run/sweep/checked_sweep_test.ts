import { headsByLayers, logit, zero } from "../../../lib/run/mod.ts";
import { checkedSweep } from "../../../lib/run/sweep/checked_sweep.ts";
import { assertEquals, assertThrows } from "../../assert.ts";
import { fixtureModel } from "../../model/fixture.ts";

Deno.test("checkedSweep() reads prompts, variants and metrics before anything is run", async () => {
  const model = await fixtureModel("gpt2"), prompts = [[3, 17, 24], [5, 6, 7]];
  const call = { model, prompts, variants: headsByLayers("z"), metrics: logit(5) };
  const { sides, parts, metrics } = checkedSweep(call, { memory: 1 });
  assertEquals([sides.tokens.length, parts.length, metrics.length], [2, 2, 1]);
  const list = { ...call, variants: [{ edits: [zero("blocks.0.attn.z")] }] };
  assertEquals(checkedSweep(list, {}).parts.map(({ rows }) => rows), [[0, 1]]);
  assertThrows(
    () => checkedSweep({ ...call, metrics: [] }, {}),
    RangeError,
    "Cannot sweep as there must be a metric: it is none",
  );
});
