import { attributionPatching } from "../../lib/circuits/mod.ts";
import { display, type Document, isDisplayable } from "../../lib/show/mod.ts";
import {
  headsByLayers,
  headsByPositions,
  layersByPositions,
  logit,
  logitDifference,
  type PromptPairs,
  promptPairs,
  sweep,
} from "../../lib/run/mod.ts";
import { kendallCorrelation, rankCorrelation } from "../../lib/stats/mod.ts";
import { task } from "../../lib/zoo/mod.ts";
import { assert, assertEquals, assertStringIncludes, assertThrows } from "../assert.ts";
import { seedling } from "../model/fixture.ts";
import { near } from "../near.ts";

const model = await seedling();
const made = await promptPairs(model, task("indirect objects", { count: 30, seed: 0 }));
const pairs: PromptPairs = made.batches({ size: 5, equalLengths: true })[0]!.pairs;
const metric = logitDifference(pairs.answerIds, pairs.wrongIds);
const found = await attributionPatching(model, pairs, metric, { nodes: ["resid_pre", "z"] });

Deno.test("AttributionBeside finds the node of each cell, whatever the axes of the sweep", async () => {
  const grids = [
    ["resid_pre", layersByPositions("resid_pre", { layers: [3, 1], positions: [-1, 2] })],
    ["z", headsByLayers("z")],
    ["z", headsByPositions("z", { layers: [3] })],
  ] as const;
  for (const [at, grid] of grids) {
    const exact = await sweep(model, pairs, grid, metric), beside = found.beside(at, exact);
    const cells = exact.data.done.length;
    assertEquals(beside.nodes.length + beside.idle + beside.undefinedNodes, cells);
    assert(beside.nodes.length > 0);
    for (const { label, exact: value, estimate } of beside.nodes) {
      // What differs little is estimated well; nothing here is of another sign than patching says.
      assert(
        Math.abs(value) < 0.3 || Math.sign(value) === Math.sign(estimate),
        `${label} ${value} ${estimate}`,
      );
    }
  }
  const corner = await sweep(
    model,
    pairs,
    layersByPositions("resid_pre", { layers: [3], positions: [-1] }),
    metric,
  );
  const [node] = found.beside("resid_pre", corner).nodes;
  const own = found.grid("resid_pre"), last = pairs.pairs[0]!.length - 1;
  const effects = own.select({ layer: 3, position: last }).effects();
  near([node!.estimate], [effects.reduce((sum, x) => sum + x, 0) / 5], 1e-12);
});

Deno.test("AttributionBeside says how ranks agree, where it misses most, and each size by chance", async () => {
  const exact = await sweep(model, pairs, headsByLayers("z"), metric),
    beside = found.beside("z", exact);
  const [x, y] = [
    beside.nodes.map((node) => node.exact),
    beside.nodes.map(({ estimate }) => estimate),
  ];
  assertEquals([beside.spearman, beside.kendall], [
    rankCorrelation(x, y),
    kendallCorrelation(x, y),
  ]);
  assert(beside.spearman > 0.8, `${beside.spearman}`);
  const miss = ({ exact, estimate }: { exact: number; estimate: number }) =>
    Math.abs(exact - estimate);
  const worst = beside.misses(3);
  assertEquals(miss(worst[0]!), Math.max(...beside.nodes.map(miss)));
  assert(worst.every(({ chance }) => chance > 0));
  assert(isDisplayable(beside));
  const { "text/html": html, "text/plain": text } = await beside[display]() as Document;
  for (
    const part of ["estimate = exact", "Spearman", "Kendall", "mean size by chance", "miss most"]
  ) {
    assertStringIncludes(text, part);
  }
  assertStringIncludes(html, "data:image/png");
  assertEquals(JSON.parse(JSON.stringify(beside)).nodes.length, beside.nodes.length);
});

Deno.test("AttributionBeside refuses a sweep of another metric, of other pairs or of the other run", async () => {
  const grid = layersByPositions("resid_pre", { layers: [3], positions: [-1] });
  const refused = async (exact: Promise<unknown>, text: string) => {
    const result = await exact as Awaited<ReturnType<typeof sweep>>;
    assertThrows(() => found.beside("resid_pre", result), RangeError, text);
  };
  await refused(
    sweep(model, pairs, grid, logit(pairs.answerIds)),
    "Cannot hold estimates beside a sweep as both must measure the same: logit the answer − the wrong answer without edits is",
  );
  await refused(
    sweep(
      model,
      pairs.slice(0, 2),
      grid,
      logitDifference(pairs.answerIds.slice(0, 2), pairs.wrongIds.slice(0, 2)),
    ),
    "Cannot hold estimates beside a sweep as both must be of the same pairs, 5: current value is 2",
  );
  await refused(
    sweep(model, pairs, grid, metric, { direction: "noising" }),
    "Cannot hold estimates beside a sweep as both must edit the same run, denoising: current value is noising",
  );
});
