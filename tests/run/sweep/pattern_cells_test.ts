import {
  knockout,
  logit,
  ofCache,
  patternCells,
  promptPair,
  replace,
  run,
  sweep,
} from "../../../lib/run/mod.ts";
import { assert, assertEquals, assertRejects, assertThrows } from "../../assert.ts";
import { fixtureModel } from "../../model/fixture.ts";

const CLEAN = [3, 17, 24, 40], CORRUPT = [3, 9, 24, 40];

Deno.test("patternCells() edits each weight of a head, and leaves later keys undefined", async () => {
  const model = await fixtureModel("gpt_neox"), metric = logit(9);
  const pair = promptPair(model, { clean: CLEAN, corrupt: CORRUPT, answer: 1, wrong: 2 });
  const { data } = await sweep(model, pair, patternCells(1, 2), metric);
  assertEquals([data.shape, data.axes.map(({ name }) => name)], [[4, 4], ["query", "key"]]);
  assertEquals([...data.values.keys()].filter((i) => Number.isNaN(data.values[i])), [
    1,
    2,
    3,
    6,
    7,
    11,
  ]);
  const site = "blocks.1.attn.pattern", where = { heads: 2, positions: 3, keys: 1 };
  using clean = await run(model, CLEAN, { capture: [site] });
  using alone = await run(model, CORRUPT, { edits: [replace(site, ofCache(clean.cache), where)] });
  assert(Math.abs(data.values[13]! - alone.measure(metric)[0]!) < 1e-5);
  const hidden = patternCells(1, 2, {
    queries: [-1],
    keys: [1],
    edit: ({ at, where }) => knockout(at as "blocks.1.attn.pattern", where),
  });
  const shared = await sweep(model, CORRUPT, hidden, metric);
  using without = await run(model, CORRUPT, {
    edits: [knockout(site, { heads: 2, positions: -1, keys: 1 })],
  });
  assert(Math.abs(shared.data.values[0]! - without.measure(metric)[0]!) < 1e-5);
  assertThrows(
    () => patternCells(1, 2, { at: "patern" as "pattern" }),
    TypeError,
    'at must be among pattern, scores: "patern" is not, perhaps "pattern" is meant',
  );
  await assertRejects(
    () => Promise.resolve(sweep(model, pair, patternCells(1, 4), metric)),
    RangeError,
    "Cannot sweep cells of a pattern as the head must be from -4 to 3: current value is 4",
  );
});
