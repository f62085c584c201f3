import { type Edit, mean, meanOver, type Means, resample, run } from "../../../lib/run/mod.ts";
import { assertEquals, assertRejects } from "../../assert.ts";
import { FAMILIES, fixtureModel, PROMPTS } from "../../model/fixture.ts";
import { near } from "../../near.ts";

const CONSTANT = [PROMPTS[1]!, PROMPTS[1]!, PROMPTS[1]!].map((ids) => [...ids]);
const SITES = ["blocks.0.attn.z", "blocks.1.attn.pattern", "blocks.1.mlp.post", "embed"] as const;

Deno.test("C-15 the mean by position over a constant data set is a resample from one of its prompts", async () => {
  for (const family of FAMILIES) {
    const model = await fixtureModel(family);
    const means = await meanOver(model, CONSTANT, { sites: [...SITES], byPosition: true });
    using other = await run(model, PROMPTS[1]!, { capture: SITES });
    for (const site of SITES) {
      for (const where of [{}, { positions: [-1, 2] }, { examples: 1 }]) {
        using byMean = await run(model, PROMPTS, { edits: [mean(site, means, where)] });
        using byRun = await run(model, PROMPTS, { edits: [resample(site, other.cache, where)] });
        // A batch of three adds up in another order than one prompt.
        near(byMean.logits.dataSync(), byRun.logits.dataSync(), 1e-5, `${family} ${site}`);
      }
    }
  }
});

Deno.test("C-15 a mean over tokens is put at every token alike", async () => {
  const model = await fixtureModel("gpt2"), site = "blocks.0.attn.z";
  const means = await meanOver(model, PROMPTS.map((ids) => [...ids]), { sites: [site] });
  using result = await run(model, PROMPTS, {
    edits: [mean(site, means, { heads: [2] })],
    capture: [site],
  });
  const found = await result.cache.get(site).array() as number[][][][];
  const expected = (await means.get(site).array() as number[][])[2]!;
  for (const row of found[2]!.flat()) near(row, expected, 0);
});

Deno.test("mean() refuses means that are not of this site, width or length", async () => {
  const model = await fixtureModel("gpt2");
  const means = await meanOver(model, CONSTANT, { sites: ["embed"], byPosition: true });
  const message = async (edit: Edit, prompt: readonly number[] = PROMPTS[0]!) =>
    (await assertRejects(() => run(model, prompt, { edits: [edit] }), Error)).message;
  assertEquals(
    await message(mean("embed", means), [1, 2, 3]),
    "Cannot mean embed as means by position are over prompts of 11 tokens, and the prompt must be as long: example 0 has 3",
  );
  assertEquals(
    await message(mean("logits", means)),
    'Cannot read the mean of "logits" as it must have been taken: there are those of embed',
  );
  assertEquals(
    await message(mean("embed", {} as Means)),
    "Cannot mean embed as its source must be the means over a data set: current value is an object",
  );
});
