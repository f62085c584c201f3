import { pathToFileURL } from "node:url";
import {
  apply,
  divisible,
  headsByLayers,
  headsByPositions,
  kl,
  layersByPositions,
  logitDifference,
  planSweep,
  promptPair,
  PromptPairs,
  run,
  sweep,
  zero,
} from "../../../lib/run/mod.ts";
import { checkedSweep } from "../../../lib/run/sweep/checked_sweep.ts";
import { prepareSweep } from "../../../lib/run/sweep/prepare_sweep.ts";
import { exampleParts } from "../../../lib/run/sweep/example_parts.ts";
import { sidesOf } from "../../../lib/run/sweep/sweep_prompts.ts";
import { display } from "../../../lib/show/mod.ts";
import { assert, assertEquals, assertThrows } from "../../assert.ts";
import { heldTensors } from "../../held_tensors.ts";
import { fixtureModel } from "../../model/fixture.ts";
import { near } from "../../near.ts";

const model = await fixtureModel("gpt2");
const CLEAN = [[3, 17, 24, 40, 9], [5, 6, 7, 8, 9], [3, 52, 24, 61, 9]];
const pairs = CLEAN.map((clean) =>
  promptPair(model, {
    clean,
    corrupt: clean.map((id, position) => position === 2 ? id + 20 : id),
    answer: [3],
    wrong: [70],
  })
);
const PAIRS = new PromptPairs(model, pairs, { title: "test", passedOver: 0, reason: null });
const [GRID, METRIC] = [layersByPositions("resid_pre"), logitDifference([3, 4, 5], [70, 71, 72])];
/** Stream, keys, values and the site in each block, and the last stream, of both runs of a pair. */
const EACH = 4 * 5 * model.architecture.width * (4 * model.architecture.layers + 1) * 2;

Deno.test("sweep() of some prompts at a time measures what a sweep of all does, with answers of each prompt's own", async () => {
  const reference = await run(model, CLEAN), metrics = [METRIC, kl(reference)];
  for (const builder of [GRID, headsByLayers("z")]) {
    const whole = await sweep(model, PAIRS, builder, metrics), before = heldTensors();
    for (const memory of [1, 2.6 * EACH]) {
      const seen: number[] = [], shown: string[] = [], last: boolean[] = [];
      const parts = await sweep(model, PAIRS, builder, metrics, {
        memory,
        onProgress: ({ data }) => seen.push(data.examples),
        stream: {
          show: (content, isLast) => {
            shown.push(String(content["text/plain"]));
            last.push(isLast);
          },
        },
      });
      assertEquals(seen, memory === 1 ? [1, 2, 3] : [1, 3]);
      assert(shown.at(-1)!.includes(", 3 of 3 prompts"), shown.at(-1)!);
      assertEquals(last, seen.map((count) => count === 3));
      const { values, baseline, reference, ...rest } = parts.data;
      const { values: _, baseline: own, reference: other, ...same } = whole.data;
      assertEquals(rest, same);
      near(values, whole.data.values, 1e-5);
      near(baseline, own, 1e-5);
      near(reference!, other!, 1e-5);
    }
    assertEquals(heldTensors(), before);
  }
});

Deno.test("sweep() that is stopped between prompts is the sweep of those that are done", async () => {
  const controller = new AbortController(), whole = await sweep(model, PAIRS, GRID, METRIC);
  const stopped = await sweep(model, PAIRS, GRID, METRIC, {
    memory: 1,
    signal: controller.signal,
    onProgress: ({ data }) => data.examples === 2 && controller.abort(),
  });
  const { data } = stopped;
  assertEquals([data.examples, data.asked, data.prompts.length], [2, 3, 2]);
  assertEquals([stopped.complete, whole.complete, data.done.includes(0)], [false, true, false]);
  const text = (await stopped[display]())["text/plain"];
  assert(text.includes("means of 2 of 3 pairs · the others were not run"), text);
  near(data.values, whole.select({ example: [0, 1] }).data.values, 1e-5);
});

Deno.test("planSweep() says that prompts are swept in parts, each of which has a file to go on from", async () => {
  const { title, examples } = (await planSweep(model, PAIRS, GRID, METRIC, { memory: 1 })).facts;
  assertEquals(title, `${GRID.label}, of 1 of 3 prompts, which are run in 3 parts`);
  assertEquals(examples, 1);
  const folder = await Deno.makeTempDir(), controller = new AbortController();
  try {
    for (const file of [`${folder}/a.json`, pathToFileURL(`${folder}/b.json`)]) {
      const options = { memory: 1, file };
      await sweep(model, PAIRS, GRID, METRIC, {
        ...options,
        signal: controller.signal,
        onProgress: () => controller.abort(),
      }).catch(() => {});
      const { data } = await sweep(model, PAIRS, GRID, METRIC, options);
      const again = await sweep(model, PAIRS, GRID, METRIC, options);
      assertEquals([data.examples, again.data.values], [3, data.values]);
    }
    assertEquals(
      [...Deno.readDirSync(folder)].map(({ name }) => name).sort(),
      ["a", "b"].flatMap((name) => [1, 2, 3].map((part) => `${name}.${part}-of-3.json`)),
    );
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("exampleParts() cuts prompts, spans of each and nothing that belongs to all", () => {
  const sides = {
    ...sidesOf(model, PAIRS, "denoising"),
    spans: { own: [[0], [1], [2]], all: [0, 1, 2] },
  };
  const call = { model, variants: GRID, metrics: [METRIC] };
  const parts = exampleParts(sides, call, 2 * EACH);
  assertEquals(parts.map(({ rows }) => rows), [[0], [1, 2]]);
  assertEquals(parts[1]!.spans, { own: [[1], [2]], all: [0, 1, 2] });
  assertEquals(parts[1]!.source!.map(({ ids }) => ids), CLEAN.slice(1));
  assertEquals(exampleParts(sides, call, 3 * EACH).length, 1);
  const { some: _, ...together } = divisible(METRIC);
  const one = { ...call, variants: [{ edits: [zero("blocks.0.attn.z", { examples: 2 })] }] };
  assertEquals(exampleParts(sides, one, 1).length, 3);
  // What is of all prompts together runs whole, or not at all.
  const twice = { edits: [...one.variants[0]!.edits, apply("blocks.0.mlp_out", (x) => x.mul(2))] };
  for (
    const [wrong, why] of [
      [
        { ...call, metrics: [together] },
        `the metric ${METRIC.label} is of all prompts together`,
      ],
      [{ ...call, variants: [twice] }, "variant 0 may look at all prompts together, apply blocks"],
    ] as const
  ) {
    const { message } = assertThrows(() => exampleParts(sides, wrong, 1), RangeError);
    assert(message.includes(why) && message.includes("or memory: 2 ** "), message);
    assertEquals(exampleParts(sides, wrong, 2 ** 20).length, 1);
  }
});

Deno.test("exampleParts() leaves no part whose runs take more than the memory", async () => {
  for (const variants of [GRID, headsByLayers("z"), headsByPositions("z")]) {
    const call = { model, prompts: PAIRS, variants, metrics: METRIC };
    const checked = checkedSweep(call, { memory: 1 });
    using prepared = await prepareSweep(checked, checked.parts[0]!, {});
    const each = prepared.base.bytes + prepared.source!.bytes;
    assertEquals(checkedSweep(call, { memory: 3 * each - 1 }).parts.length > 1, true);
  }
});
