import {
  finiteValues,
  refuseOddConfidence,
  refuseOddCount,
} from "../../lib/stats/finite_values.ts";
import { assertEquals, assertThrows } from "../assert.ts";

Deno.test("finiteValues() copies numbers, NaN among them", () => {
  const values = [1, NaN, -2], copy = finiteValues("test", "values", values);
  values[0] = 5;
  assertEquals(copy, Float64Array.of(1, NaN, -2));
  assertEquals(finiteValues("test", "values", Float32Array.of(0.5)), Float64Array.of(0.5));
});

Deno.test("finiteValues() refuses what is no list of finite numbers", () => {
  for (
    const [values, type, message] of [
      [3, TypeError, "Cannot test as values must be a list of numbers: current value is 3"],
      [[], RangeError, "Cannot test as values must hold one number or more: it is empty"],
      [["1"], TypeError, 'Cannot test as values must be a list of numbers: number 0 is "1"'],
      [
        [0, -Infinity],
        RangeError,
        "Cannot test as values must be finite, or NaN where undefined: number 1 is -Infinity",
      ],
    ] as const
  ) {
    assertThrows(
      () => finiteValues("test", "values", values as unknown as number[]),
      type,
      message,
    );
  }
});

Deno.test("refuseOddCount() and refuseOddConfidence() say what must hold", () => {
  refuseOddCount("test", "draws", 1);
  refuseOddConfidence("test", 0.5);
  assertThrows(
    () => refuseOddCount("test", "draws", 0),
    RangeError,
    "Cannot test as draws must be an integer of 1 or more: current value is 0",
  );
  assertThrows(
    () => refuseOddConfidence("test", 95),
    RangeError,
    "Cannot test as confidence must be above 0 and below 1: current value is 95",
  );
});
