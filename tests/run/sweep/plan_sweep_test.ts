/** What a plan says of a sweep before it is run. */

import {
  layersByPositions,
  logit,
  planSweep,
  promptPair,
  sweep,
  SweepPlan,
  zero,
} from "../../../lib/run/mod.ts";
import { display } from "../../../lib/show/mod.ts";
import { assert, assertEquals, assertRejects } from "../../assert.ts";
import { heldTensors } from "../../held_tensors.ts";
import { fixtureModel } from "../../model/fixture.ts";

const CLEAN = [3, 17, 24, 40, 9, 61];

Deno.test("planSweep() counts what is run and skipped, as the sweep then does", async () => {
  const model = await fixtureModel("gpt2"), { layers } = model.architecture;
  const pair = promptPair(model, { clean: CLEAN, corrupt: CLEAN.with(4, 8), answer: 1, wrong: 2 });
  const grid = layersByPositions("resid_pre");
  const { data } = await sweep(model, pair, grid, logit(1)), before = heldTensors();
  const plan: SweepPlan = await planSweep(model, pair, grid, logit(1));
  assertEquals(heldTensors(), before);
  assertEquals([...plan.facts.skipped], [...data.skipped]);
  assertEquals([plan.variants, plan.run + plan.skipped], [6 * layers, 6 * layers]);
  // At block 0 only the token that differs does; later that position and the last.
  const own = (from: number) =>
    Array.from({ length: layers }, (_, l) => l).filter((l) => l >= from);
  // In the last block the last position alone is read.
  const blocks = own(0).flatMap((layer) =>
    CLEAN.map((_, at) => data.skipped[6 * layer + at] ? 0 : (layers - 1 - layer) * (6 - at) + 1)
  );
  assertEquals(plan.tokenBlocks, blocks.reduce((sum, one) => sum + one, 0));
  assertEquals(plan.unplannedTokenBlocks, 6 * layers * 6 * layers);
  assert(plan.seconds > 0 && plan.seconds < plan.unplannedSeconds);
  // However long the runs without edits took: both count them.
  const slow = new SweepPlan({
    ...plan.facts,
    rate: { ...plan.facts.rate, prepare: 1e6, token: 1 },
  });
  assert(slow.seconds > 1000 && slow.seconds < slow.unplannedSeconds);
  const drawing = await plan[display]() as { "text/html": string; "text/plain": string };
  assert(drawing["text/plain"].includes("skipped, as they change nothing"));
  assert(drawing["text/plain"].includes("a first call, which also compiles, or a busy machine"));
  assert(drawing["text/html"].includes("share of a run"));
  const { seconds } = JSON.parse(JSON.stringify(plan));
  assertEquals(seconds, plan.seconds);
  // The rows are numbers, those of cells with their places.
  const { columns, rows } = plan.table();
  assertEquals(columns.join(), "what,layer,position,token,clean_token,planned,one_run_a_variant");
  const row = (name: string) => rows.find(({ what }) => what === name)!;
  assertEquals(
    ["variants run", "tokens through a block"].map((name) => row(name).planned),
    [plan.run, plan.tokenBlocks],
  );
  assertEquals(rows.at(-1), {
    what: "share of a run",
    layer: String(layers - 1),
    position: 5,
    token: pair.clean.tokens[5]!.text,
    clean_token: pair.clean.tokens[5]!.text,
    planned: 1 / layers / 6,
    one_run_a_variant: 1,
  });
});

Deno.test("planSweep() plans lists too, of which there is no picture, and refuses what sweep() alone takes", async () => {
  const model = await fixtureModel("gpt2");
  const variants = [{ edits: [zero("blocks.1.attn.z", { positions: -1 })] }, { edits: [] }];
  const plan = await planSweep(model, CLEAN, variants, logit(1));
  assertEquals([plan.run, plan.skipped, plan.tokenBlocks], [1, 1, 1]);
  assertEquals([...plan.facts.firstPositions], [5, -1]);
  await assertRejects(
    () => planSweep(model, CLEAN, variants, logit(1), { file: "a.json" } as object),
    TypeError,
    "file",
  );
});
