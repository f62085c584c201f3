import { finite, seedOf } from "../../lib/run/edit_number.ts";
import { assertEquals, assertThrows } from "../assert.ts";

/** A value as errors write it: text in quotes, so that "1" is not taken for 1. */
const shown = (value: unknown) => typeof value === "string" ? JSON.stringify(value) : value;

Deno.test("finite() and seedOf() return what they may, and name what they may not", () => {
  assertEquals([finite(-0.5, "scale"), seedOf(-3)], [-0.5, -3]);
  for (const value of [NaN, Infinity, "1" as unknown as number]) {
    assertEquals(
      assertThrows(() => finite(value, "scale"), RangeError).message,
      `Cannot make an edit as its scale must be a finite number: current value is ${shown(value)}`,
    );
  }
  for (const value of [0.5, 2 ** 53, undefined as unknown as number]) {
    assertEquals(
      assertThrows(() => seedOf(value), RangeError).message,
      `Cannot make an edit as its seed must be an integer: current value is ${value}`,
    );
  }
});
