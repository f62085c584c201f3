import {
  byVariant,
  effectsOf,
  gapsOf,
  meanGaps,
  normalisedOf,
} from "../../../lib/run/sweep/sweep_effects.ts";
import { assertEquals, assertThrows } from "../../assert.ts";
import { madeSweep } from "./made_sweep.ts";

const baseline = Float64Array.of(1, -1), reference = Float64Array.of(5, 1);

Deno.test("C-16 normalisedOf() is 0 for no patch and 1 for a full one, by each example's gap or the mean gap", () => {
  const sizes = { layer: 3 };
  // No patch, a full one, and one that goes as far in both examples.
  const rows = [[1, -1], [5, 1], [3, 1]];
  const data = madeSweep({ sizes, baseline, reference, value: (cell, i) => rows[cell]![i]! });
  assertEquals([...effectsOf(data)], [0, 0, 4, 2, 2, 2]);
  assertEquals([...gapsOf(data)], [4, 2]);
  assertEquals([...meanGaps(data)], [3]);
  assertEquals([...normalisedOf(data, "example")], [0, 0, 1, 1, 0.5, 1]);
  const shares = normalisedOf(data, "mean");
  assertEquals([...shares], [0, 0, 4 / 3, 2 / 3, 2 / 3, 2 / 3]);
  // Their mean is the mean effect over the mean gap: 1 for a full patch.
  assertEquals((shares[2]! + shares[3]!) / 2, 1);
});

Deno.test("C-16 normalisedOf() is undefined where there is no gap, and has no meaning for single prompts", () => {
  const still = madeSweep({
    sizes: { layer: 2 },
    reference: Float64Array.of(0, 4),
    value: () => 2,
  });
  assertEquals([...normalisedOf(still, "example")], [NaN, 0.5, NaN, 0.5]);
  assertEquals([...normalisedOf(still, "mean")], [1, 1, 1, 1]);
  const none = madeSweep({
    sizes: { layer: 1 },
    reference: Float64Array.of(2, -2),
    value: () => 2,
  });
  assertEquals([...normalisedOf(none, "mean")], [NaN, NaN]);
  assertThrows(
    () => normalisedOf(madeSweep({ sizes: { layer: 1 }, reference: null, value: () => 2 }), "mean"),
    TypeError,
    "Cannot normalise effects as there must be two runs to lie between, of pairs of prompts: single prompts were swept",
  );
});

Deno.test("byVariant() takes the numbers of one metric out of all", () => {
  const metrics = [{ label: "a", unit: "" }, { label: "b", unit: "" }];
  const data = madeSweep({ sizes: { layer: 2 }, metrics, value: () => 0 });
  const numbers = Float64Array.of(0, 10, 1, 11, 2, 12, 3, 13);
  assertEquals(byVariant(data, numbers, 1), [Float64Array.of(10, 11), Float64Array.of(12, 13)]);
});
