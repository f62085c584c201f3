import { farValue } from "../../lib/show/far_value.ts";
import { assertEquals, assertMatch } from "../assert.ts";

Deno.test("farValue() speaks where one size stands alone", () => {
  assertMatch(farValue([1, -50, NaN, 2, Infinity]), /^One value is 25 times the next/);
  for (const values of [[], [5], [1, 19.9], [0, 0, 7], [NaN, 1e9], [-100, 100, 1]]) {
    assertEquals(farValue(values), "");
  }
});
