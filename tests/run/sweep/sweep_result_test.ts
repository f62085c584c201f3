/** What holds the numbers of a sweep. */

import { SweepResult, type SweepValues } from "../../../lib/run/mod.ts";
import { assertEquals, assertThrows } from "../../assert.ts";

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

Deno.test("a result finds values by the names of axes, and refuses places that do not exist", () => {
  const result = new SweepResult(DATA);
  assertEquals([result.at({ layer: 1 }), result.at({ layer: "0" }, 1)], [5, 3]);
  assertThrows(
    () => result.at(2),
    RangeError,
    "Cannot find a value as variant must be from 0 to 1: current value is 2",
  );
  assertThrows(
    () => result.at(0, 2),
    RangeError,
    "Cannot find a value as example must be from 0 to 1: current value is 2",
  );
});

Deno.test("a result has effects, parts, statistics and rows", async () => {
  const result = new SweepResult(DATA);
  assertEquals([...result.effects()], [1, 2, 3, 4, 5, 6, NaN, 8]);
  assertEquals([...result.select({ layer: 1, metric: "rank" }).data.values], [6, 8]);
  assertEquals((await result.statistics({ metric: "rank" })).means, Float64Array.of(3, 7));
  assertEquals((await result.statistics()).means, Float64Array.of(2, NaN));
  assertEquals(result.table().rows.length, 8);
  const { pictures } = await result.draw();
  assertEquals(pictures.length, 2);
});
