import { exponentialSums, vectorScratch } from "../../../../lib/tensor/native/simd/softmax_rows.ts";
import { assert, assertEquals } from "../../../assert.ts";

Deno.test("exponentialSums() finds the greatest of each row and the sum below it, and passes over what does not count", () => {
  for (const [rows, stride, count] of [[3, 8, 5], [2, 12, 12], [4, 50260, 50257]] as const) {
    const x = vectorScratch(rows * stride);
    x.forEach((_, i) => x[i] = i % stride < count ? 9 * Math.sin(12.9898 * i) : 1000);
    const before = x.slice();
    exponentialSums(rows, stride, count).forEach(([top, sum], row) => {
      const own = [...before.subarray(row * stride, row * stride + count)];
      const greatest = own.reduce((most, value) => Math.max(most, value));
      const expected = own.reduce((sum, value) => sum + Math.exp(value - greatest), 0);
      assertEquals(top, greatest);
      assert(Math.abs(sum / expected - 1) < 2e-7, `${sum} for ${expected}`);
    });
  }
});

Deno.test("exponentialSums() counts nothing for −∞, and makes NaN of NaN", () => {
  const x = vectorScratch(16);
  x.fill(-Infinity);
  x[3] = 2;
  x[12] = NaN;
  const [[top, sum], [, odd]] = exponentialSums(2, 8, 8) as unknown as [number[], number[]];
  assertEquals([top, sum, odd], [2, 1, NaN]);
});
