import { Float64Backend } from "../../../lib/tensor/float64/backend.ts";
import { PatternScratch } from "../../../lib/tensor/native/attend_scratch.ts";
import { NativeBackend } from "../../../lib/tensor/native/backend.ts";
import { multiplyByLoops } from "../../../lib/tensor/native/trial.ts";
import { assert, assertEquals } from "../../assert.ts";
import { assertClose } from "../plain.ts";

Deno.test("PatternScratch takes as many queries together as stay near, and all of a few", () => {
  const backend = new NativeBackend(multiplyByLoops);
  const made = (queries: number, keys: number, more = {}) =>
    new PatternScratch(backend, { queries, keys, ...more });
  assertEquals(made(10, 7).rows, 10);
  assertEquals([made(10, 7).stride, made(10, 7).size], [8, 80]);
  assertEquals(made(2000, 2048).rows, 32);
  assertEquals(made(2000, 1e6).rows, 32);
  assertEquals(made(2000, 1e6, { rows: 2 }).rows, 2);
  assertEquals([3, 1e4].map((heads) => made(10, 7, { heads }).heads), [3, 3276]);
  assertEquals(made(2000, 1e6, { heads: 12 }).heads, 1);
});

Deno.test("PatternScratch makes probabilities in either precision, and 0 of what is not seen", () => {
  const probabilities = [new NativeBackend(multiplyByLoops), new Float64Backend()].map(
    (backend) => {
      const scratch = new PatternScratch(backend, { queries: 3, keys: 5, heads: 2 });
      const values = scratch.take();
      assert(values.length >= 2 * 3 * 8);
      values.forEach((_, i) => values[i] = Math.sin(7 * (i % 24)));
      scratch.softmax(3, 3, 1);
      // The head before keeps its scores.
      assertClose([values[2]!], [Math.sin(14)], 1e-6);
      return values.slice(24, 48);
    },
  );
  assertEquals(probabilities[1]!.constructor, Float64Array);
  assertClose(probabilities[0]!, probabilities[1]!, 1e-6);
  [3, 4, 5].forEach((seen, row) => {
    const own = [...probabilities[1]!.subarray(8 * row, 8 * row + 8)];
    assertClose([own.reduce((sum, value) => sum + value)], [1], 1e-12);
    assertEquals(own.findIndex((value) => value === 0), seen);
  });
});
