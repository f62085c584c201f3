import {
  type CellPlace,
  headEdges,
  headsByLayers,
  headsByPositions,
  layersByPositions,
  logit,
  logitDifference,
  neurons,
  patternCells,
  promptPairs,
  scale,
  sweep,
  SweepResult,
  task,
  zero,
} from "../../../mod.ts";
import { assert, assertAlmostEquals, assertEquals, assertStringIncludes } from "../../assert.ts";
import { copiedCode, ranCode } from "../../copied_code.ts";
import { seedling } from "../../model/fixture.ts";
import { METRIC, namePair, TEXT } from "./name_pair.ts";

const model = await seedling();
const pair = namePair(model, { spans: { giver: [10] } });

/** Runs what is copied of a cell of a picture and holds it against what the cell shows. */
async function holds(
  result: SweepResult,
  { row, column, picture = 0, own = {}, ...options }: {
    row: number;
    column: number;
    picture?: number;
    own?: Record<string, unknown>;
    metric?: number;
    measure?: "effect" | "normalised";
  },
): Promise<string> {
  const code = await copiedCode((await result.draw(options)).pictures[picture] as never, {
    row,
    column,
  });
  const width = result.data.shape.at(-1)!,
    size = result.data.shape.slice(-2).reduce((a, b) => a * b);
  const shown = result.means({ metric: 0, ...options })[picture * size + row * width + column]!;
  assertAlmostEquals(await ranCode(code, model, own) as number, shown, 1e-5);
  assert(Number.isFinite(shown) && shown !== 0, `${row}, ${column} says nothing`);
  return code;
}

Deno.test("what is copied of a cell gives what the cell shows, for every grid of the library", async () => {
  const layers = await sweep(model, pair, layersByPositions("resid_pre"), METRIC);
  const code = await holds(layers, { row: 2, column: 14 });
  assertStringIncludes(code, 'layersByPositions("resid_pre", { layers: [2], positions: [14] })');
  await holds(layers, { row: 1, column: 10, measure: "normalised" });
  await holds(layers.select({ layer: [3, 1], position: [14, 10] }), { row: 0, column: 0 });
  const options = { direction: "noising" as const };
  const two = [METRIC, logit(" Mary")];
  const heads = await sweep(model, pair, headsByLayers("q", { layers: [-1, 1] }), two, options);
  await holds(heads, { row: 1, column: 6, metric: 1 });
  const places = headsByPositions("z", { layers: [3], positions: ["giver", -1] });
  await holds(await sweep(model, pair, places, METRIC), { row: 5, column: 1 });
  const cells = patternCells(3, 5, { queries: [-1], keys: [1, 3] });
  await holds(await sweep(model, TEXT, cells, METRIC), { row: 0, column: 1 });
  const few = neurons({ layers: [2, 3], neurons: [9, 295], positions: [-1] });
  await holds(await sweep(model, [TEXT, TEXT.slice(0, 20)], few, logit(5)), { row: 1, column: 1 });
  const edges = headEdges({ from: [[0, 1], [2, 3]], to: [[3, 5], [3, 1]], inputs: ["q"] });
  await holds(await sweep(model, pair, edges, METRIC), { row: 1, column: 0 });
});

Deno.test("what is copied of several pairs is their mean, also of some of them, and of a sweep in parts", async () => {
  const all = await promptPairs(model, task("indirect objects", { count: 12 }));
  const { pairs } = all.batches({ size: 4, equalLengths: true }).find((one) => one.pairs.size > 2)!;
  const metric = logitDifference(pairs.answerIds, pairs.wrongIds),
    grid = headsByLayers("z", { layers: [3] });
  const result = await sweep(model, pairs, grid, metric);
  await holds(result, { row: 0, column: 5 });
  const some = result.select({ example: [2, 0], head: [5, 1] });
  await holds(some.select({ example: [1] }), { row: 0, column: 0 });
  const parts = await sweep(model, pairs, grid, metric, { memory: 1 });
  assertEquals(parts.data.code, result.data.code);
  assertEquals(SweepResult.fromJSON(JSON.stringify(result)).data.code, result.data.code);
});

Deno.test("what is the caller's own is a free name, and the rest holds", async () => {
  const edit = ({ at, where }: CellPlace) => scale(at, 0.5, where);
  const metric = { ...METRIC, label: "mine" };
  const own = headsByLayers("z", { layers: [3], edit });
  const code = await holds(await sweep(model, TEXT, own, metric), {
    row: 0,
    column: 5,
    own: { edit, metric },
  });
  assertStringIncludes(code, "edit /* your function that makes the edit of a cell */");
  assertStringIncludes(code, 'metric /* your metric "mine" */');
  const grid = { ...headsByLayers("z", { layers: [2, 3] }), label: "a */ grid" };
  const build: typeof grid.build = (context) => ({ ...headsByLayers().build(context) });
  const other = await holds(await sweep(model, TEXT, { ...grid, build }, METRIC), {
    row: 3,
    column: 5,
    own: { grid: { ...grid, build } },
  });
  assertStringIncludes(other, 'grid /* your grid "a *\\/ grid" */');
  const list = await sweep(model, TEXT, [{ edits: [zero("embed")] }], METRIC);
  assertStringIncludes(list.data.code!.results[0]!, "variants /* your list of 1 variants */");
});
