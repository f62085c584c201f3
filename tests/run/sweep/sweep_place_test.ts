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

/** A prompt of so many tokens. */
const prompt = (length: number) => ({
  text: "",
  ids: Array<number>(length).fill(0),
  tokens: [],
  beginning: false,
  end: false,
});

/** An axis beside which there is no other. */
const along = (name: string, labels: string[], lengths = [15, 15]) => ({
  axes: [{ name, labels }],
  prompts: lengths.map(prompt),
});

Deno.test("variantAt() takes numbers for the layer, head, neuron or position itself, of axes over a part of the model, too", () => {
  const found = (axis: ReturnType<typeof along>, ...given: (number | string)[]) =>
    given.map((one) => variantAt(axis, { [axis.axes[0]!.name]: one }));
  const refused = (axis: ReturnType<typeof along>, given: number | string) => {
    const place = () => variantAt(axis, { [axis.axes[0]!.name]: given });
    return assertThrows(place, RangeError).message.replace("Cannot find a variant as ", "");
  };
  const layers = along("layer", ["1", "2", "3"]);
  assertEquals(found(layers, 1, 3, "2"), [0, 2, 1]);
  assertEquals(
    refused(layers, 0),
    "layer must be from 1 to 3 or the label of one place: current value is 0",
  );
  assertEquals(found(along("neuron", ["5", "7"]), 7, "5"), [1, 0]);
  assertEquals(
    refused(along("neuron", ["5", "7"]), 1),
    "neuron must be one that was swept or its label, 5, 7: current value is 1",
  );
  const places = along("position", ['10 " Mary"', "giver", "-1"]);
  assertEquals(found(places, 10, "10", '10 " Mary"', "giver", -1, 14, -5), [0, 0, 0, 1, 2, 2, 0]);
  assertEquals(
    refused(places, 1),
    'position must be one that was swept or its label, 10, "giver", -1: current value is 1',
  );
  assertEquals(found(along("key", ["0", "1", "2"], [3]), -1), [2]);
  const uneven = along("query", ["-1", "3"], [15, 4]);
  assertEquals(found(uneven, -1, 3), [0, 1]);
  assertEquals(
    refused(uneven, 14),
    "query must be one that was swept or its label, -1, 3: current value is 14",
  );
  assertEquals(
    refused(along("position", ["giver", "place"]), 0),
    'position must be one that was swept or its label, "giver", "place": current value is 0',
  );
  const heads = along("head", ["2.0", "2.1", "3.0"]);
  assertEquals(found(heads, "3.0", 1), [2, 1]);
  assertEquals(
    refused(heads, 0),
    'head must be one that was swept or its label, "2.0", "2.1", "3.0": current value is 0, and 2 places have it: 2.0, 3.0',
  );
  assertEquals(found(along("variant", ["7", "zero a"]), 1, "7"), [1, 0]);
  const many = along("neuron", Array.from({ length: 30 }, (_, i) => `${2 * i}`));
  assertEquals(refused(many, 1).slice(-46), "32, 34, 36, 38 and 10 more: current value is 1");
});
