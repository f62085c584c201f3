import { type Cache, ofCache, resample, run } from "../../../lib/run/mod.ts";
import { assertEquals, assertRejects } from "../../assert.ts";
import { fixtureModel, PROMPTS } from "../../model/fixture.ts";
import { same } from "../../near.ts";

Deno.test("resample() takes the same site of a cache, of all layers where a pattern says so", async () => {
  const model = await fixtureModel("gpt2"), others = PROMPTS.map((ids) => ids.toReversed());
  using other = await run(model, others, { capture: ["attn.z", "mlp_out", "embed"] });
  // With every part that reads tokens from the other run, so are the logits.
  using result = await run(model, PROMPTS, {
    edits: [
      resample("embed", other.cache),
      resample("blocks.*.attn.z", ofCache(other.cache)),
      resample("blocks.*.mlp_out", other.cache),
    ],
  });
  same(result.logits.dataSync(), other.logits.dataSync());
});

Deno.test("resample() by a seed moves rows that are touched, from rows that need not be", async () => {
  const model = await fixtureModel("gpt2"), batch = [[1, 2], [3, 4], [5, 6]], site = "embed";
  const rows = (cache: Cache) => cache.get(site).arraySync() as number[][][];
  using plain = await run(model, batch, { capture: [site] });
  using moved = await run(model, batch, {
    edits: [resample(site, { seed: 3 }, { examples: [-1] })],
    capture: [site],
  });
  const [before, after] = [rows(plain.cache), rows(moved.cache)];
  assertEquals([after[0], after[1]], [before[0], before[1]]);
  assertEquals([0, 1].filter((row) => String(after[2]) === String(before[row])).length, 1);
});

Deno.test("resample() refuses one row alone, and seeds that are none", async () => {
  const model = await fixtureModel("gpt2");
  const message = async (seed: number) =>
    (await assertRejects(
      () => run(model, [1, 2], { edits: [resample("embed", { seed })] }),
      RangeError,
    )).message;
  assertEquals(
    await message(1),
    "Cannot resample from other rows of the batch as there must be at least 2: current batch is 1",
  );
  assertEquals(
    await message(NaN),
    "Cannot resample embed as its source must be a cache or an integer seed: current seed is NaN",
  );
});
