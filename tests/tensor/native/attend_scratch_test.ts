import { Float64Backend } from "../../../lib/tensor/float64/backend.ts";
import { PatternScratch } from "../../../lib/tensor/native/attend_scratch.ts";
import { NativeBackend } from "../../../lib/tensor/native/backend.ts";
import { multiplyByLoops } from "../../../lib/tensor/native/trial.ts";
import { assert, assertEquals } from "../../assert.ts";
import { assertClose } from "../plain.ts";

Deno.test("PatternScratch takes as many queries together as stay near, and all of a few", () => {
  const backend = new NativeBackend(multiplyByLoops);
  assertEquals(new PatternScratch(backend, 10, 7).rows, 10);
  assertEquals(new PatternScratch(backend, 10, 7).stride, 8);
  assertEquals(new PatternScratch(backend, 2000, 2048).rows, 32);
  assertEquals(new PatternScratch(backend, 2000, 1e6).rows, 32);
  assertEquals(new PatternScratch(backend, 2000, 1e6, 2).rows, 2);
});

Deno.test("PatternScratch makes probabilities in either precision, and 0 of what is not seen", () => {
  const probabilities = [new NativeBackend(multiplyByLoops), new Float64Backend()].map(
    (backend) => {
      const scratch = new PatternScratch(backend, 3, 5), values = scratch.take();
      assert(values.length >= 3 * 8);
      values.forEach((_, i) => values[i] = Math.sin(7 * i));
      scratch.softmax(3, 3);
      return values.slice(0, 24);
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
