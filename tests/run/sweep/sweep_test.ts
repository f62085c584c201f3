import {
  add,
  apply,
  crossEntropy,
  headEdges,
  headsByLayers,
  layersByPositions,
  logitDifference,
  logProbability,
  meanOver,
  ofCache,
  planSweep,
  promptPair,
  replace,
  run,
  sweep,
  type SweepResult,
  type Variant,
  zero,
} from "../../../lib/run/mod.ts";
import { RandomStream } from "../../../lib/stats/mod.ts";
import { assert, assertEquals, assertRejects } from "../../assert.ts";
import { heldTensors } from "../../held_tensors.ts";
import { whyWhole } from "../../../lib/run/sweep/variants_of_part.ts";
import { fixtureModel } from "../../model/fixture.ts";
import { randomEdit } from "../random_edits.ts";

/** Families that differ in norms, positions, blocks, heads, bounds and mixtures. */
const KINDS = ["gpt2", "llama", "gpt_neox", "gemma2", "mixtral"];
const PROMPTS = [[3, 17, 24, 40, 9, 61], [52, 9, 61, 70], [5, 6, 7, 8, 9]];
const METRICS = [logitDifference(3, 70), logProbability(11, { position: -1 })];
/** Variants of each family, 2,000 in all. */
const VARIANTS = 400;

/** How many variants have their values. */
const done = ({ data }: SweepResult) => data.done.reduce((sum, own) => sum + own, 0);

/** Random variants that a run admits, with what the runs measure. */
async function randomVariants(family: string) {
  const model = await fixtureModel(family), random = new RandomStream(7, `sweep ${family}`);
  const sites = model.match("*").filter((site) => !model.axesOf(site).includes("key"));
  const means = await meanOver(model, PROMPTS, { sites });
  const { cache } = await run(model, PROMPTS.map((ids) => ids.map((id) => id + 1)), {
    capture: ["*"],
  });
  const lengths = PROMPTS.map(({ length }) => length), of = { model, lengths, cache, means };
  const variants: Variant[] = [], expected: number[] = [];
  for (let tries = 0; variants.length < VARIANTS; tries++) {
    assert(tries < 3 * VARIANTS, "most random lists must be admitted");
    const edits = Array.from({ length: 1 + random.integer(2) }, () => randomEdit(random, of));
    try {
      using result = await run(model, PROMPTS, { edits });
      const measured = METRICS.map((metric) => result.measure(metric));
      variants.push({ edits });
      PROMPTS.forEach((_, example) => expected.push(...measured.map((own) => own[example]!)));
    } catch (error) {
      // Some put what is no number, or divide by it: a sweep refuses them as a run does.
      assert(error instanceof RangeError || error instanceof TypeError);
    }
  }
  return { model, variants, expected };
}

for (const family of KINDS) {
  Deno.test(`sweep() measures what a run of each variant does, ${VARIANTS} random ones of ${family}`, async () => {
    const { model, variants, expected } = await randomVariants(family);
    const before = heldTensors();
    const result = await sweep(model, PROMPTS, variants, METRICS);
    assertEquals(heldTensors(), before);
    assertEquals(result.complete, true);
    // A small budget makes many small batches of the same variants, of one prompt at a time, but where an edit is of them together.
    const apart = variants.filter(({ edits }) => edits.every((own) => !whyWhole(own, model)))
      .slice(0, 100);
    const small = await sweep(model, PROMPTS, apart, METRICS[0]!, { memory: 2 ** 12 });
    assertEquals(heldTensors(), before);
    assertEquals(apart.length, 100);
    expected.forEach((value, i) => {
      const own = result.data.values[i]!, variant = variants[Math.floor(i / 6)]!;
      const text = `${variant.edits.map((edit) => JSON.stringify({ ...edit, value: undefined }))}`;
      const most = 1e-5 * Math.max(1, Math.abs(value));
      assert(Math.abs(own - value) <= most, `${family}, ${own} for ${value}: ${text}`);
      const place = apart.indexOf(variant);
      if (i % 2 === 1 || place < 0) return;
      const alone = small.data.values[3 * place + i / 2 % 3]!;
      assert(Math.abs(alone - value) <= most, `apart: ${family}, ${alone} for ${value}: ${text}`);
    });
  });
}

Deno.test("sweep() skips what changes nothing, and gives the unedited values for it", async () => {
  const model = await fixtureModel("gpt2"), [prompt] = PROMPTS as [number[]];
  const other = prompt.with(3, 8);
  using clean = await run(model, other, { capture: ["resid_pre"] });
  const variants = prompt.map((_, position) => ({
    edits: [replace("blocks.0.resid_pre", ofCache(clean.cache), { positions: position })],
  }));
  const result = await sweep(model, prompt, variants, METRICS);
  assertEquals([...result.data.skipped], [1, 1, 1, 0, 1, 1]);
  using plain = await run(model, prompt);
  assertEquals(result.at(0), result.data.baseline[0]);
  assert(Math.abs(result.data.baseline[0]! - plain.measure(METRICS[0]!)[0]!) < 1e-5);
  assertEquals(result.at(5, 0, 1), result.data.baseline[1]);
});

Deno.test("sweep() measures at positions before what is edited too", async () => {
  const model = await fixtureModel("llama"),
    variants = [{ edits: [zero("blocks.1.attn.z", { positions: -1 })] }];
  const result = await sweep(model, PROMPTS, variants, [crossEntropy(), METRICS[0]!]);
  using alone = await run(model, PROMPTS, { edits: variants[0]!.edits });
  const [losses, differences] = [alone.measure(crossEntropy()), alone.measure(METRICS[0]!)];
  PROMPTS.forEach((_, example) => {
    assert(Math.abs(result.at(0, example, 0) - losses[example]!) < 1e-5);
    assert(Math.abs(result.at(0, example, 1) - differences[example]!) < 1e-5);
  });
});

Deno.test("sweep() returns what it has when its signal is raised, NaN where it has none", async () => {
  const model = await fixtureModel("gpt2"), controller = new AbortController();
  const variants = [0, 1, 2, 3].map((positions) => ({
    edits: [zero("blocks.0.resid_pre", { positions })],
  }));
  let partial = 0;
  const result = await sweep(model, PROMPTS[0]!, variants, METRICS[0]!, {
    // Each variant is a batch of its own.
    memory: 1,
    signal: controller.signal,
    onProgress: (result) => {
      partial = done(result);
      controller.abort();
    },
  });
  assertEquals([partial, done(result)], [1, 1]);
  assertEquals(result.complete, false);
  assertEquals(result.data.values.filter(Number.isNaN).length, 3);
});

Deno.test("sweep() says what is wrong", async () => {
  const model = await fixtureModel("gpt2"), prompt = PROMPTS[0]!;
  const edits = [add("blocks.0.resid_pre", 1, { positions: 9 })];
  const message = async (...call: unknown[]) =>
    (await assertRejects(
      () => (sweep as (...call: unknown[]) => Promise<unknown>)(model, ...call),
      Error,
    )).message;
  assertEquals(
    await message(prompt, [], METRICS),
    "Cannot sweep as there must be a variant: it is none",
  );
  assertEquals(
    await message(prompt, [{ edits: [] }], []),
    "Cannot sweep as there must be a metric: it is none",
  );
  assertEquals(
    (await message(prompt, [{ edits }], METRICS)).slice(0, 60),
    "Cannot add blocks.0.resid_pre positions 9 as positions must ",
  );
  assertEquals(
    await message(prompt, [edits[0]], METRICS),
    'Cannot sweep as variant 0 must have a list of edits, such as { edits: [zero("blocks.0.attn.z")] }: its edits are undefined',
  );
  assertEquals(
    await message(prompt, headsByLayers, METRICS),
    'Cannot sweep as variants must be a list, or a grid such as layersByPositions("resid_pre"): ' +
      "current value is the function headsByLayers, which makes one when it is called",
  );
  assertEquals(
    await message(prompt, METRICS[0] as never, METRICS),
    'Cannot sweep as variants must be a list, or a grid such as layersByPositions("resid_pre"): ' +
      "current value is a metric; variants come before metrics",
  );
  assertEquals(
    await message(prompt, [{ edits: [] }], METRICS, { memory: 0 }),
    "Cannot sweep as memory must be a number of bytes above 0: current value is 0",
  );
  assertEquals(
    await message(prompt, [{ edits: [] }], METRICS, { direction: "both" }),
    'Cannot sweep as direction must be "denoising" or "noising": current value is "both"',
  );
});

Deno.test("sweeps leave no tensor behind, stopped ones and those that throw neither", async () => {
  const model = await fixtureModel("llama"), [prompt] = PROMPTS as [number[]];
  const pair = promptPair(model, {
    clean: prompt,
    corrupt: prompt.with(2, 8),
    answer: 1,
    wrong: 2,
  });
  const round = async () => {
    await sweep(model, pair, layersByPositions("resid_pre"), METRICS);
    await sweep(model, PROMPTS, headsByLayers("q"), METRICS);
    await sweep(model, pair, headEdges({ to: [[1, 2]] }), METRICS[0]!);
    await planSweep(model, pair, headsByLayers("z"), METRICS[0]!);
    const stop = new AbortController(), { signal } = stop;
    const onProgress = () => stop.abort();
    await sweep(model, pair, headsByLayers(), METRICS, { signal, onProgress, memory: 1 });
    const edits = [apply("blocks.0.attn.z", (x) => x.mul(NaN))];
    await assertRejects(() => sweep(model, PROMPTS, [{ edits }], METRICS), RangeError);
  };
  await round();
  const before = heldTensors();
  for (let i = 0; i < 4; i++) {
    await round();
    assertEquals(heldTensors(), before, `after ${6 * i + 6} sweeps`);
  }
});
