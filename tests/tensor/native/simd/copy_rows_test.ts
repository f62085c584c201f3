import { giveToArena, takeInArena } from "../../../../lib/tensor/native/simd/arena.ts";
import { copyRows } from "../../../../lib/tensor/native/simd/copy_rows.ts";
import { assertEquals } from "../../../assert.ts";

/** Blocks of rows among columns, as heads stand in them, with columns that belong to none. */
const shapes = [
  { blocks: 3, rows: 5, width: 8, offset: 4, stride: 12, columns: 48 },
  { blocks: 12, rows: 32, width: 64, offset: 768, stride: 64, columns: 2304 },
  { blocks: 2, rows: 3, width: 5, offset: 1, stride: 6, columns: 20 },
  { blocks: 1, rows: 1, width: 4, offset: 0, stride: 4, columns: 4 },
];

Deno.test("copyRows() cuts blocks out of columns and puts them back, wherever either stands", () => {
  for (const { blocks, rows, width, offset, stride, columns } of shapes) {
    const all = Float32Array.from({ length: rows * columns }, (_, i) => i + 1);
    const asked = new Float32Array(blocks * rows * width), spread = new Float32Array(all.length);
    for (let block = 0, p = 0; block < blocks; block++) {
      for (let row = 0; row < rows; row++) {
        for (let i = 0; i < width; i++, p++) {
          const q = row * columns + offset + block * stride + i;
          spread[q] = asked[p] = all[q]!;
        }
      }
    }
    const cut = { first: 0, block: rows * width, row: width };
    const among = { first: offset, block: stride, row: columns };
    for (const inside of [[], [0], [0, 1, 2]]) {
      const arrays = [all.length, asked.length, all.length].map((length, i) =>
        inside.includes(i) ? takeInArena(length)! : new Float32Array(length)
      ) as [Float32Array<ArrayBuffer>, Float32Array<ArrayBuffer>, Float32Array<ArrayBuffer>];
      const [from, middle, back] = arrays;
      from.set(all);
      back.fill(0);
      copyRows({ values: from, ...among }, { values: middle, ...cut }, { blocks, rows, width });
      copyRows({ values: middle, ...cut }, { values: back, ...among }, { blocks, rows, width });
      assertEquals(middle.slice(), asked);
      assertEquals(back.slice(), spread);
      inside.forEach((i) => giveToArena(arrays[i]!));
    }
  }
});
