import { growthRate } from "../../lib/decompose/mod.ts";
import { assertEquals } from "../assert.ts";
import { near } from "../near.ts";

Deno.test("I-01 growthRate() recovers a stream that grows by 1.045 a layer", () => {
  const { rate, start, explained } = growthRate(
    Array.from({ length: 13 }, (_, layer) => 7 * 1.045 ** layer),
  );
  near([rate, start, explained], [1.045, 7, 1], 1e-12);
});

Deno.test("growthRate() finds no growth where there is none, and nothing where there are no two numbers", () => {
  near([growthRate([3, 3, 3]).rate], [1], 1e-15);
  assertEquals(growthRate([3, 3, 3]).explained, NaN);
  assertEquals(growthRate([3]).rate, NaN);
  // What is not positive has no logarithm and is passed over.
  near([growthRate([1, 0, 4]).rate], [2], 1e-12);
});
