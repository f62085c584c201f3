import { sheetPicture } from "../../lib/show/sheet_picture.ts";
import { special } from "../../lib/show/colour.ts";
import { decodeIndexedPng } from "../../lib/show/png.ts";
import { toIndex } from "../../lib/show/value_scale.ts";
import { assertEquals } from "../assert.ts";

const by = { scale: "sequential", transform: "sqrt", low: 0, high: 1 } as const;

Deno.test("sheetPicture() puts tiles side by side with lines between them, the greatest of tokens that share a cell", () => {
  const sheet = { layers: [0], heads: 2, size: 2, pooled: 2, side: 1, cell: 2 };
  const patterns = [[0.1, 0.2, 0.3, 1, 0, 0, 0.25, 0]];
  const { file, width, height, levels } = sheetPicture({ patterns, sheet, by, most: Infinity });
  assertEquals([width, height, levels], [7, 4, 253]);
  const line = special.undefined, [first, second] = [toIndex(1, by), toIndex(0.25, by)];
  const { indices } = decodeIndexedPng(file);
  assertEquals([...indices.subarray(7, 14)], [line, first, first, line, second, second, line]);
  assertEquals(new Set(indices.subarray(0, 7)), new Set([line]));
});
