/** What holds the numbers of a sweep. */

import { SweepResult, type SweepValues } from "../../../lib/run/mod.ts";
import { assertEquals } from "../../assert.ts";

const DATA: SweepValues = {
  model: "m",
  title: "a sweep",
  axes: [{ name: "layer", labels: ["0", "1"] }],
  shape: [2],
  variants: ["zero a", "zero b"],
  examples: 2,
  metrics: [{ label: "logit", unit: "nats" }, { label: "rank", unit: "" }],
  values: Float64Array.of(1, 2, 3, 4, 5, 6, NaN, 8),
  baseline: Float64Array.of(0, 0, 0, 0),
  reference: null,
  done: Uint8Array.of(1, 1),
  skipped: Uint8Array.of(0, 0),
  direction: null,
  prompts: [],
  references: null,
};

Deno.test("a result finds a variant's value by example and metric, and NaN is null in JSON", () => {
  const result = new SweepResult(DATA);
  assertEquals([result.at(0, 1, 0), result.at(1, 0, 1), result.at(1, 1, 0)], [3, 6, NaN]);
  assertEquals((result.toJSON() as { values: unknown }).values, [1, 2, 3, 4, 5, 6, null, 8]);
  assertEquals(result.complete, true);
});
