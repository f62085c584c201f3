import { fewerCells, poolCells, saidBlocks } from "../../lib/show/pool_cells.ts";
import { assertEquals, assertStringIncludes } from "../assert.ts";

const options = {
  values: [1, -4, 2, NaN, 3, 0, NaN, NaN, 5],
  rows: { name: "layer", labels: ["0", "1", "2"] },
  columns: { name: "token", labels: [{ text: "a" }, { text: " b" }, { text: "c" }] },
  label: "effect",
  code: "f({row}, {column})",
  notes: [{ name: "note", texts: [..."abcdefghi"] }],
  marked: { label: "dot", cells: Array.from({ length: 9 }, (_, i) => i === 8) },
};

Deno.test("poolCells() keeps the value of greatest size of a block with its note, and names its ends", () => {
  const pooled = poolCells(options, [2, 2]);
  // The last row and column are smaller blocks; where nothing is defined, nothing is.
  assertEquals([...pooled.values as Float64Array], [-4, 2, NaN, 5]);
  assertEquals(pooled.rows.labels, ["0–1", "2"]);
  assertEquals(pooled.columns.labels, ["0 a–1 ·b", "2 c"]);
  assertEquals(pooled.notes, [{ name: "note", texts: ["b", "c", "g", "i"] }]);
  assertEquals(pooled.marked?.cells, [false, false, false, true]);
  assertEquals(pooled.code, undefined, "its places would be those of blocks");
});

Deno.test("fewerCells() takes levels first, then puts the longer side together, and ends", () => {
  const grid = { ...options, rows: { name: "r", labels: Array(20).fill("") } };
  const over = { drawing: { "text/html": 'src="data:xxxx"' }, size: 3000, room: 1000 };
  const first = fewerCells(
    { ...grid, columns: { name: "c", labels: Array(10).fill("") } },
    { blocks: [1, 1], most: Infinity },
    over,
  );
  assertEquals(first, { blocks: [1, 1], most: 0 });
  const next = fewerCells(
    { ...grid, columns: { name: "c", labels: Array(10).fill("") } },
    { blocks: [1, 1], most: 9 },
    over,
  );
  assertEquals(next, { blocks: [3, 1], most: 9 });
  assertEquals(fewerCells(options, { blocks: [1, 1], most: 9 }, over), undefined);
});

Deno.test("saidBlocks() says what was done, and nothing where nothing was", () => {
  assertEquals(saidBlocks(options, [1, 1], Infinity), undefined);
  assertStringIncludes(saidBlocks(options, [1, 1], 9)!, "fewer levels of colour, as an output has");
  assertStringIncludes(
    saidBlocks(options, [2, 3], 9)!,
    "Of 3 × 3 cells each 2 × 3 are drawn as one, the greatest of them",
  );
});
