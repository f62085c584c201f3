import { metricAt, variantAt } from "../../../lib/run/sweep/sweep_place.ts";
import { selectSweep } from "../../../lib/run/sweep/sweep_select.ts";
import { assertEquals, assertThrows } from "../../assert.ts";
import { madeSweep } from "./made_sweep.ts";

const data = {
  ...madeSweep({ sizes: { layer: 2, position: 3 }, value: (cell, example) => 10 * cell + example }),
  axes: [
    { name: "layer", labels: ["0", "1"] },
    { name: "position", labels: [" to", " a", " a"], cleanLabels: [" to", " b", " a"] },
  ],
};

Deno.test("variantAt() finds a variant by numbers and labels of its axes, and says what is wrong", () => {
  assertEquals(variantAt(data, { position: 2, layer: 1 }), 5);
  assertEquals(variantAt(data, { layer: "1", position: " to" }), 3);
  const refused = (place: object, type: typeof RangeError | typeof TypeError, text: string) =>
    assertThrows(() => variantAt(data, place as Record<string, number>), type, text);
  refused(
    { layer: 2, position: 0 },
    RangeError,
    "Cannot find a variant as layer must be from 0 to 1 or the label of one place: current value is 2",
  );
  refused(
    { layer: 0, position: " a" },
    RangeError,
    'current value is " a", and 2 places have it: 1, 2',
  );
  refused(
    { layer: 0 },
    TypeError,
    "Cannot find a variant as each axis must have a place, layer, position: position has none",
  );
  refused({ layr: 0 }, TypeError, '"layr" is not, perhaps "layer" is meant');
  assertEquals(metricAt(data, "logit"), 0);
});

Deno.test("selectSweep() keeps places in the order given; an axis of one place is gone", () => {
  const part = selectSweep(data, { layer: 1, position: [2, 1], example: [1] });
  assertEquals(part.axes, [{ name: "position", labels: [" a", " a"], cleanLabels: [" a", " b"] }]);
  assertEquals([...part.values], [51, 41]);
  assertEquals([part.shape, part.examples, part.variants], [[2], 1, ["variant 5", "variant 4"]]);
  assertEquals(selectSweep(data, {}), data);
  assertThrows(
    () => selectSweep(data, { layer: [] }),
    RangeError,
    "Cannot select of a sweep as layer must have one place or more: there is none",
  );
});
