import {
  activateScratch,
  activationScratch,
} from "../../../../lib/tensor/native/simd/activated_scratch.ts";
import { activateVectors } from "../../../../lib/tensor/native/simd/pointwise.ts";
import { assertEquals } from "../../../assert.ts";

Deno.test("activateScratch() is activateVectors() in place, of any length, and the scratch grows", () => {
  for (const length of [1, 9, 100_003]) {
    const x = Float32Array.from({ length }, (_, i) => 9 * Math.sin(i)),
      y = new Float32Array(length);
    activateVectors("gelu", x, y);
    const scratch = activationScratch(length);
    scratch.set(x);
    activateScratch("gelu", length);
    assertEquals(scratch.slice(), y);
  }
});
