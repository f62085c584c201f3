import { SweepResult } from "../../../mod.ts";
import { assertEquals, assertThrows } from "../../assert.ts";
import { madeSweep } from "./made_sweep.ts";

Deno.test("means() averages effects and shares of the gap as statistics() does, without chance", async () => {
  const values = [[1, 4], [2, NaN], [0, Infinity], [-3, 1]];
  const result = new SweepResult(
    madeSweep({
      sizes: { layer: 2, head: 2 },
      value: (cell, example) => values[cell]![example]!,
      reference: Float64Array.of(4, 6),
    }),
  );
  assertEquals([...result.means()], [2.5, NaN, NaN, -1]);
  for (const measure of ["effect", "normalised"] as const) {
    assertEquals(result.means({ measure }), (await result.statistics({ measure })).means);
  }
  const level = new SweepResult({ ...result.data, reference: Float64Array.of(1, -1) });
  assertEquals([...level.means({ measure: "normalised" })], [NaN, NaN, NaN, NaN]);
  assertThrows(() => result.means({ metric: 1 }), RangeError, "Cannot find a metric");
  assertThrows(() => result.means({ seed: 1 } as object), TypeError, "Cannot average a sweep");
});
