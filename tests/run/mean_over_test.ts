import { mean, meanOver, run } from "../../lib/run/mod.ts";
import type { MeanOverOptions } from "../../lib/run/mod.ts";
import type { Transformer } from "../../lib/model/mod.ts";
import { tf } from "../../lib/tensor/mod.ts";
import { assert, assertEquals, assertRejects } from "../assert.ts";
import { heldTensors } from "../held_tensors.ts";
import { FAMILIES, fixtureModel, PROMPTS, seedling } from "../model/fixture.ts";
import { near, same } from "../near.ts";

/** Prompts of three lengths. */
const MIXED: readonly (readonly number[])[] = [
  [72, 70, 81, 3, 62],
  [62, 32, 15],
  [1, 2, 3, 4, 5],
  [9, 8, 7, 6, 5, 4, 3],
  [62, 30, 15],
];

/** A site's values at each position of each prompt, run one by one: `values[example][position]`, heads side by side. */
async function valuesOf(model: Transformer, prompts: readonly (readonly number[])[], site: string) {
  const axes = model.axesOf(model.site(site));
  const found: number[][][] = [];
  for (const prompt of prompts) {
    using result = await run(model, prompt, { capture: [site] });
    const value = result.cache.get(site), numbers = await value.data();
    const heads = axes[0] === "head" ? value.shape[0]! : 1;
    const length = prompt.length, inner = numbers.length / heads / length;
    found.push(prompt.map((_, position) =>
      Array.from({ length: heads }, (_, head) => {
        const start = (head * length + position) * inner;
        return [...numbers.slice(start, start + inner)];
      }).flat()
    ));
  }
  return found;
}

/** Mean and unbiased variance of rows, in two passes. */
function twoPasses(rows: readonly number[][]): { mean: number[]; variance: number[] } {
  const mean = rows[0]!.map((_, i) => rows.reduce((sum, row) => sum + row[i]!, 0) / rows.length);
  const variance = mean.map((mean, i) =>
    rows.reduce((sum, row) => sum + (row[i]! - mean) ** 2, 0) / (rows.length - 1)
  );
  return { mean, variance };
}

Deno.test("meanOver() agrees with two passes over runs one by one, in three families", async () => {
  for (const family of FAMILIES) {
    const model = await fixtureModel(family);
    for (const site of ["embed", "blocks.0.attn.k", "blocks.1.mlp.post", "logits"]) {
      const means = await meanOver(model, MIXED, { sites: [site], batch: 2 });
      const { mean, variance, count } = means.of(site);
      const expected = twoPasses((await valuesOf(model, MIXED, site)).flat());
      assertEquals(count, 23);
      // A batch's own float32 products may differ from those of one prompt alone in the last digits.
      near(mean, expected.mean, 1e-5, `${family} ${site}`);
      near(variance, expected.variance, 1e-5, `${family} ${site}`);
    }
  }
});

Deno.test("C-15 the mean of a constant data set is what any run of it has, to the last bit", async () => {
  const model = await fixtureModel("llama"), prompt = PROMPTS[0]!;
  const sites = ["blocks.1.attn.z", "blocks.0.attn.pattern", "blocks.1.attn.scores", "resid_post"];
  const means = await meanOver(model, Array(5).fill(prompt), { sites, byPosition: true, batch: 1 });
  using result = await run(model, prompt, { capture: sites });
  for (const site of means.sites) {
    const axes = model.axesOf(site), at = axes.indexOf("batch");
    const expected = tf.squeeze(result.cache.get(site), [at]);
    assertEquals(means.get(site).shape, expected.shape);
    same(await means.get(site).data(), await expected.data(), site);
    same(means.of(site).variance, new Float64Array(expected.size), site);
    expected.dispose();
  }
  means.dispose();
});

Deno.test("C-15 an edit that puts the mean over a data set of this very prompt changes nothing", async () => {
  const model = await fixtureModel("gpt_neox"), prompt = PROMPTS[1]!;
  const sites = ["blocks.0.attn.z", "blocks.1.attn.pattern", "blocks.1.resid_post"] as const;
  const means = await meanOver(model, [prompt, prompt], { sites, byPosition: true });
  using plain = await run(model, prompt);
  using edited = await run(model, prompt, { edits: sites.map((site) => mean(site, means)) });
  // The products of two prompts side by side may differ from those of one in the last digit.
  near(await edited.logits.data(), await plain.logits.data(), 1e-5);
  means.dispose();
});

Deno.test("meanOver() by position averages over examples alone", async () => {
  const model = await fixtureModel("gpt2"), site = "blocks.1.attn.v";
  const means = await meanOver(model, PROMPTS, { sites: [site], byPosition: true });
  const [one, two] = await valuesOf(model, PROMPTS, site) as [number[][], number[][]];
  const { axes, shape, count, mean } = means.of(site);
  assertEquals([axes, count], [["head", "position", "head_width"], 2]);
  const [heads, length, width] = shape as [number, number, number];
  const expected = Array.from({ length: heads * length * width }, (_, i) => {
    const head = Math.floor(i / (length * width)), position = Math.floor(i / width) % length;
    const at = head * width + i % width;
    return (one[position]![at]! + two[position]![at]!) / 2;
  });
  near(mean, expected, 1e-5); // float32 products of one prompt and of two
});

Deno.test("meanOver() leaves the beginning token out unless it is asked for", async () => {
  const model = await seedling(), texts = ["One day, Emma went to the park.", "Two keys."];
  const site = "blocks.2.resid_post";
  const ids = model.tokenize(texts).map(({ ids }) => ids);
  const rows = await valuesOf(model, ids, site);
  const without = await meanOver(model, texts, { sites: [site] });
  const [all, inside] = [rows.flat(), rows.flatMap((row) => row.slice(1))];
  assertEquals(without.of(site).count, inside.length);
  near(without.of(site).mean, twoPasses(inside).mean, 1e-4); // values reach hundreds
  const whole = await meanOver(model, ids, { sites: [site], beginning: true });
  assertEquals(whole.of(site).count, all.length);
  near(whole.of(site).mean, twoPasses(all).mean, 1e-3);
  assertEquals([without.facts.beginning, whole.facts.beginning], [false, true]);
  assertEquals(without.facts.tokens, all.length);
});

Deno.test("meanOver() takes chosen positions, negative ones from each example's own end", async () => {
  const model = await fixtureModel("gpt_neox"), site = "blocks.0.resid_post";
  const rows = await valuesOf(model, MIXED, site);
  const last = await meanOver(model, MIXED, { sites: [site], positions: [-1] });
  near(last.of(site).mean, twoPasses(rows.map((row) => row.at(-1)!)).mean, 1e-5);
  const some = await meanOver(model, MIXED, { sites: [site], positions: [0, -3, -2] });
  // In prompts of three tokens position 0 is position -3: it counts once.
  assertEquals(some.of(site).count, 3 * 3 + 2 * 2);
  await assertRejects(
    () => meanOver(model, MIXED, { sites: [site], positions: [4] }),
    RangeError,
    "Cannot average over position 4 as every example must have it: one has 3 tokens",
  );
});

Deno.test("a raised signal brings back what was averaged, every site over the same examples", async () => {
  const model = await fixtureModel("gpt2"), controller = new AbortController();
  let given = 0;
  const endless = function* () {
    for (;;) yield [given++ % 96, 3, 5];
  };
  const timer = setTimeout(() => controller.abort(), 60);
  const means = await meanOver(model, endless(), {
    sites: ["resid_post", "attn.z"],
    batch: 4,
    signal: controller.signal,
  });
  clearTimeout(timer);
  assertEquals(means.complete, false);
  assert(means.examples > 0 && means.examples % 4 === 0);
  for (const site of means.sites) assertEquals(means.of(site).count, 3 * means.examples);
  const first = await meanOver(
    model,
    Array.from({ length: means.examples }, (_, i) => [i % 96, 3, 5]),
    {
      sites: ["resid_post", "attn.z"],
      batch: 4,
    },
  );
  for (const site of means.sites) same(means.of(site).mean, first.of(site).mean, site);
});

Deno.test("a signal raised before the first example brings back means of nothing, which say so", async () => {
  const model = await fixtureModel("gpt2");
  const means = await meanOver(model, PROMPTS, { sites: ["embed"], signal: AbortSignal.abort() });
  assertEquals([means.complete, means.examples, means.sites], [false, 0, []]);
  let message = "";
  try {
    means.get("embed");
  } catch (error) {
    message = (error as Error).message;
  }
  assertEquals(
    message,
    'Cannot read the mean of "embed" as it must have been taken: the work was stopped before the first example',
  );
});

Deno.test("meanOver() tells its progress and keeps no tensor", async () => {
  const model = await fixtureModel("gpt2"), seen: number[][] = [];
  const options: MeanOverOptions = {
    sites: ["attn.z"],
    batch: 2,
    onProgress: ({ examples, tokens }) => seen.push([examples, tokens]),
  };
  await meanOver(model, MIXED, options);
  const before = heldTensors();
  const means = await meanOver(model, MIXED, options);
  assertEquals(heldTensors(), before);
  means.get("blocks.0.attn.z");
  means.get("blocks.0.attn.z");
  assertEquals(heldTensors(), before + 1);
  means.dispose();
  assertEquals(heldTensors(), before);
  assertEquals(means.get("blocks.0.attn.z").shape.length, 2, "and is made anew when asked for");
  means.dispose();
  assertEquals(seen.slice(0, 3), [[2, 10], [4, 16], [5, 23]]);
});

Deno.test("an error of the model or of the source is passed on", async () => {
  const model = await fixtureModel("gpt2"), reason = new Error("it broke");
  const broken = function* () {
    yield [1, 2];
    throw reason;
  };
  assertEquals(await assertRejects(() => meanOver(model, broken(), { sites: ["embed"] })), reason);
});

Deno.test("meanOver() refuses what has no mean", async () => {
  const model = await fixtureModel("gpt2");
  const refused = (data: unknown, options: unknown, kind: ErrorConstructor, message: string) =>
    assertRejects(() => meanOver(model, data as never, options as never), kind, message);
  const what = "Cannot average over a data set as";
  await refused(
    PROMPTS,
    {},
    RangeError,
    `${what} sites must be a list with at least one: current value is undefined`,
  );
  await refused(PROMPTS, { sites: [] }, RangeError, "current value is an empty list");
  await refused(PROMPTS, { sites: "embed" }, RangeError, 'current value is "embed"');
  await refused(PROMPTS, { sites: ["resid_pst"] }, RangeError, 'the nearest is "resid_post"');
  await refused(
    [].values(),
    { sites: ["embed"] },
    RangeError,
    `${what} it must hold an example: it is empty`,
  );
  await refused(
    PROMPTS,
    { sites: ["embed"], bySite: true },
    TypeError,
    `${what} its options must be among sites`,
  );
  await refused(
    PROMPTS,
    { sites: ["attn.pattern"] },
    RangeError,
    "Cannot average blocks.0.attn.pattern over positions as its keys are positions too: give byPosition: true",
  );
  await refused(
    MIXED,
    { sites: ["embed"], byPosition: true },
    RangeError,
    "Cannot average by position as all examples must have as many tokens, 5: one has 3",
  );
  await refused(
    PROMPTS,
    { sites: ["embed"], byPosition: true, positions: [1] },
    TypeError,
    "Cannot average by position with positions as each position has a mean of its own then: current value is [1]",
  );
  await refused(
    PROMPTS,
    { sites: ["embed"], byPosition: true, beginning: false },
    TypeError,
    "Cannot average by position with beginning",
  );
  await refused(
    PROMPTS,
    { sites: ["embed"], positions: [0.5] },
    TypeError,
    "Cannot average over positions as they must be a list of whole numbers: current value is [0.5]",
  );
});
