import { selectSweep } from "../../../lib/run/sweep/sweep_select.ts";
import { assertEquals } from "../../assert.ts";
import { madeSweep } from "./made_sweep.ts";

Deno.test("selectSweep() takes one metric of several, with its baseline and reference", () => {
  const metrics = [{ label: "a", unit: "" }, { label: "b", unit: "nats" }];
  const data = madeSweep({
    sizes: { layer: 2 },
    metrics,
    values: Float64Array.of(0, 1, 2, 3, 4, 5, 6, 7),
    baseline: Float64Array.of(10, 11, 12, 13),
    reference: null,
    value: () => 0,
  });
  const part = selectSweep(data, { metric: "b" });
  assertEquals([[...part.values], [...part.baseline]], [[1, 3, 5, 7], [11, 13]]);
  assertEquals([part.metrics, part.reference], [[metrics[1]], null]);
});
