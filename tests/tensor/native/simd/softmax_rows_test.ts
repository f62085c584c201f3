import {
  scratchStride,
  softmaxScratch,
  vectorScratch,
} from "../../../../lib/tensor/native/simd/softmax_rows.ts";
import { assert, assertEquals } from "../../../assert.ts";

Deno.test("softmaxScratch() makes probabilities of what each row sees, and 0 of the rest", () => {
  for (
    const [rows, width, seen, more] of [[5, 7, 3, 1], [40, 40, 1, 1], [3, 9001, 9001, 0]] as const
  ) {
    const stride = scratchStride(width), x = vectorScratch(rows * stride);
    x.forEach((_, i) => x[i] = 20 * Math.sin(12.9898 * i));
    const before = x.slice();
    softmaxScratch({ rows, stride, seen, more });
    for (let row = 0, start = 0; row < rows; row++, start += stride) {
      const own = [...before.subarray(start, start + seen + more * row)].map(Math.exp);
      const sum = own.reduce((sum, value) => sum + value);
      for (let p = 0; p < stride; p++) {
        const error = Math.abs(x[start + p]! - (own[p] ?? 0) / sum);
        assert(error <= 2e-7, `row ${row} of ${width} is off by ${error} at ${p}`);
      }
    }
  }
});

Deno.test("softmaxScratch() passes masked numbers over, and makes NaN of rows without a number", () => {
  const x = vectorScratch(12);
  x.set([0, -Infinity, 0, -Infinity, -Infinity, -Infinity, -Infinity, -Infinity, 1, NaN, 0, 0]);
  softmaxScratch({ rows: 3, stride: 4, seen: 4, more: 0 });
  assertEquals([...x], [0.5, 0, 0.5, 0, ...Array<number>(8).fill(NaN)]);
});

Deno.test("vectorScratch() grows", () => {
  assertEquals([scratchStride(1), scratchStride(4), scratchStride(5)], [4, 4, 8]);
  const small = vectorScratch(4).length, large = vectorScratch(10 ** 5);
  assertEquals([small, large.length], [4, 10 ** 5]);
  large[99_999] = 1;
});
