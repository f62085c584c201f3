import { collapse, readView, rowStrides, writeView } from "../../../lib/tensor/native/strided.ts";
import { assertEquals } from "../../assert.ts";

const counting = (length: number) => Float32Array.from({ length }, (_, i) => i);

Deno.test("rowStrides() are those of an array stored row by row", () => {
  assertEquals(rowStrides([2, 3, 4]), [12, 4, 1]);
  assertEquals(rowStrides([]), []);
});

Deno.test("collapse() joins axes that are walked as one, and only those", () => {
  const of = (shape: number[], strides: number[]) => {
    const view = collapse({ shape, strides, offset: 5 });
    return [view.shape, view.strides, view.offset];
  };
  assertEquals(of([2, 3, 4], [12, 4, 1]), [[24], [1], 5]);
  assertEquals(of([2, 3, 4], [24, 4, 1]), [[2, 12], [24, 1], 5]);
  assertEquals(of([3, 1, 4], [4, 99, 1]), [[12], [1], 5]);
  assertEquals(of([4, 3], [1, 4]), [[4, 3], [1, 4], 5]);
  assertEquals(of([1], [1]), [[], [], 5]);
});

Deno.test("readView() reads any strides, in long runs, short runs, repeats and transposed", () => {
  const source = counting(5000);
  const cases = [
    { shape: [3, 40], strides: [50, 1], offset: 7 },
    { shape: [3, 4], strides: [50, 1], offset: 7 },
    { shape: [3, 4], strides: [50, 2], offset: 0 },
    { shape: [2, 3, 5], strides: [10, 0, 1], offset: 1 },
    { shape: [3, 5], strides: [1, 0], offset: 2 },
    { shape: [45, 37], strides: [1, 45], offset: 3 },
    { shape: [2, 45, 37], strides: [2000, 1, 46], offset: 3 },
    { shape: [], strides: [], offset: 9 },
  ];
  for (const { shape, strides, offset } of cases) {
    const size = shape.reduce((product, n) => product * n, 1);
    const expected = Float32Array.from({ length: size }, (_, place) => {
      let rest = place;
      return shape.reduceRight((sum, n, axis) => {
        const index = rest % n;
        rest = Math.floor(rest / n);
        return sum + index * strides[axis]!;
      }, offset);
    });
    const out = new Float32Array(size).fill(NaN);
    readView(source, { shape, strides, offset }, out);
    assertEquals(out, expected);
    // Writing is reading backward, where no place is met twice.
    if (strides.includes(0)) continue;
    const back = new Float32Array(5000).fill(-1);
    writeView(expected, { shape, strides, offset }, back);
    expected.forEach((value) => assertEquals(back[value], value));
    assertEquals(back.filter((value) => value !== -1).length, size);
  }
});

Deno.test("readView() and writeView() leave empty arrays alone", () => {
  const out = counting(3);
  readView(counting(3), { shape: [0], strides: [1], offset: 0 }, new Float32Array(0));
  writeView(new Float32Array(0), { shape: [0], strides: [1], offset: 0 }, out);
  assertEquals(out, counting(3));
});
