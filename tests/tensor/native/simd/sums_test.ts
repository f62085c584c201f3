import { giveToArena, takeInArena } from "../../../../lib/tensor/native/simd/arena.ts";
import { addArray, addInArena, addToRows } from "../../../../lib/tensor/native/simd/sums.ts";
import { assertEquals } from "../../../assert.ts";

const values = (length: number, seed: number) =>
  Float32Array.from({ length }, (_, i) => Math.sin(seed + 7 * i));

Deno.test("addInArena() adds what stands there, of any length, and leaves all else alone", () => {
  for (const length of [1, 8, 9, 30_001]) {
    const [a, b] = [values(length, 1), values(length, 2)];
    const arrays = [a, b, a].map((from) => {
      const array = takeInArena(length)!;
      array.set(from);
      return array;
    }) as [Float32Array<ArrayBuffer>, Float32Array<ArrayBuffer>, Float32Array<ArrayBuffer>];
    const sums = a.map((x, i) => Math.fround(x + b[i]!));
    assertEquals(addInArena(arrays[0], arrays[1], arrays[2]), true);
    assertEquals(arrays[2].slice(), sums);
    assertEquals(addInArena(arrays[0], arrays[1], arrays[0]), true);
    assertEquals(arrays[0].slice(), sums);
    assertEquals(addInArena(a, arrays[1], arrays[2]), false);
    arrays.forEach(giveToArena);
  }
});

Deno.test("addToRows() adds a row to each row with the same bits wherever they stand", () => {
  for (const [rows, width] of [[3, 8], [40, 12], [7, 5], [2, 140_000]] as const) {
    const row = values(width, 3), start = values(rows * width, 4);
    const [elsewhere, inside] = [start.slice(), takeInArena(start.length)!];
    inside.set(start);
    addToRows(elsewhere, row);
    addToRows(inside, row);
    assertEquals(elsewhere, start.map((x, i) => Math.fround(x + row[i % width]!)));
    assertEquals(inside.slice(), elsewhere);
    giveToArena(inside);
  }
});

Deno.test("addArray() adds a row and an array with the bits of both steps wherever they stand", () => {
  for (const [rows, width] of [[3, 8], [40, 12], [7, 5]] as const) {
    const start = values(rows * width, 4), array = values(rows * width, 5);
    for (const row of [values(width, 3), null]) {
      const steps = start.map((x, i) =>
        Math.fround(Math.fround(x + (row?.[i % width] ?? 0)) + array[i]!)
      );
      const inside = [start, array].map((from) => {
        const taken = takeInArena(from.length)!;
        taken.set(from);
        return taken;
      }) as [Float32Array<ArrayBuffer>, Float32Array<ArrayBuffer>];
      const elsewhere = start.slice();
      addArray(elsewhere, array, row);
      assertEquals(elsewhere, steps);
      addArray(inside[0], inside[1], row);
      assertEquals(inside[0].slice(), steps);
      assertEquals(inside[1].slice(), array);
      inside[0].set(start);
      addArray(inside[0], array, row);
      assertEquals(inside[0].slice(), steps);
      inside.forEach(giveToArena);
    }
  }
});
