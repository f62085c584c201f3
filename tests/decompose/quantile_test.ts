import { quantile } from "../../lib/decompose/quantile.ts";
import { assertEquals } from "../assert.ts";

Deno.test("quantile() lies between numbers, and is NaN where there is none", () => {
  assertEquals(quantile([3, 1, 2], 0.5), 2);
  assertEquals(quantile([4, 1, 2, 3], 0.25), 1.75);
  assertEquals(quantile([], 0.5), NaN);
  assertEquals(quantile([1, NaN], 0.5), NaN);
});
