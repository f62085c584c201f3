import { dotMarked, dotOf, hatchUndefined, leastMarked } from "../../lib/show/cell_marks.ts";
import { assertEquals } from "../assert.ts";

Deno.test("dotMarked() puts a dot into the upper right corner, within its cell", () => {
  const how = {
    indices: new Uint8Array([3, 3]),
    columns: 2,
    cell: 12,
    scale: "sequential" as const,
  };
  const pixels = new Uint8Array(2 * 144).fill(3);
  dotMarked(pixels, how, [false, true]);
  const { side, margin } = dotOf(12), found: number[] = [];
  pixels.forEach((pixel, i) => pixel === 255 && found.push(i));
  assertEquals(found.length, side ** 2);
  assertEquals([found[0]! % 24, Math.floor(found[0]! / 24)], [24 - margin - side, margin]);
});

Deno.test("hatchUndefined() and dotMarked() leave small cells and defined ones as they are", () => {
  const cell = leastMarked - 1, indices = new Uint8Array([0]), scale = "diverging" as const;
  const small = new Uint8Array(cell ** 2);
  hatchUndefined(small, { indices, columns: 1, cell, scale });
  dotMarked(small, { indices, columns: 1, cell, scale }, [true]);
  assertEquals(small, new Uint8Array(cell ** 2));
  const whole = new Uint8Array(64).fill(9);
  hatchUndefined(whole, { indices: new Uint8Array([9]), columns: 1, cell: 8, scale });
  assertEquals(whole, new Uint8Array(64).fill(9));
});
