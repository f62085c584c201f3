import { toIndex, toIndices, toValue, valueScale } from "../../lib/show/value_scale.ts";
import { assert, assertAlmostEquals, assertEquals } from "../assert.ts";

Deno.test("valueScale() is symmetrical round zero where a value is negative, else from zero", () => {
  assertEquals(valueScale([1, 3]), {
    scale: "sequential",
    transform: "linear",
    low: 0,
    high: 3,
  });
  assertEquals(valueScale([-4, 3]), {
    scale: "diverging",
    transform: "linear",
    low: -4,
    high: 4,
  });
});

Deno.test("valueScale() does not hear undefined and infinite values, and has a width in any case", () => {
  assertEquals(valueScale([NaN, Infinity, 2]).high, 2);
  for (const values of [[], [0], [NaN]]) {
    const { low, high } = valueScale(values);
    assert(high > low);
  }
  const { low, high } = valueScale([-5, -2], { scale: "sequential" });
  assertEquals([low, high], [-5, 0]);
});

Deno.test("toValue() undoes toIndex() within half a level", () => {
  for (const scale of ["sequential", "diverging"] as const) {
    const by = valueScale([], { scale, domain: scale === "diverging" ? [-2, 2] : [0, 2] });
    for (let i = 0; i <= 1000; i++) {
      const value = by.low + (by.high - by.low) * i / 1000;
      assertAlmostEquals(toValue(toIndex(value, by), by), value, (by.high - by.low) / 504 + 1e-12);
    }
  }
});

Deno.test("toIndex() with the square root keeps small values apart, within 0.004 everywhere", () => {
  const by = valueScale([], { transform: "sqrt", domain: [0, 1] });
  for (let i = 0; i <= 1000; i++) {
    // Half a level of the root is 1/504, and its square moves at most twice as far.
    assertAlmostEquals(toValue(toIndex(i / 1000, by), by), i / 1000, 0.004);
  }
  assert(toIndex(0.001, by) > toIndex(0, by));
});

Deno.test("toIndex() has zero exactly in the middle of a diverging scale", () => {
  const by = valueScale([-1, 1]);
  assertEquals(toIndex(0, by), 129);
  assertEquals(toValue(129, by), 0);
});

Deno.test("toIndex() tells undefined, below and above from values, and forgives rounding", () => {
  const by = valueScale([], { domain: [0, 1] });
  assertEquals(
    toIndices([NaN, -0.1, -Infinity, 1.1, Infinity, 1.0000001], by),
    new Uint8Array([
      0,
      1,
      1,
      2,
      2,
      255,
    ]),
  );
});
