import { ConfigReader } from "../../../lib/model/config_reader.ts";
import {
  layerTypes,
  oneWindow,
  switchedWindows,
  windowsOf,
} from "../../../lib/model/families/window_fields.ts";
import { CheckpointError } from "../../../lib/model/mod.ts";
import { assertEquals, assertThrows } from "../../assert.ts";

const reader = (fields: Record<string, unknown>) => new ConfigReader("c.json", fields);

Deno.test("one window holds for all layers; null is none, and silence what the family says", () => {
  assertEquals(oneWindow(reader({ sliding_window: 5 }), 2), [5, 5]);
  assertEquals(oneWindow(reader({ sliding_window: null }), 2, 7), [null, null]);
  assertEquals(oneWindow(reader({}), 2, 7), [7, 7]);
  assertEquals(oneWindow(reader({}), 2), [null, null]);
});

Deno.test("layers are of the kinds that are listed, or of those that the family says", () => {
  const kinds = ["full_attention", "sliding_attention"] as const;
  assertEquals(layerTypes(reader({ layer_types: kinds }), 2, () => "full_attention"), kinds);
  assertEquals(layerTypes(reader({}), 2, (layer) => kinds[layer]!), kinds);
  for (const layer_types of [["full_attention"], ["full_attention", "chunked_attention"], "full"]) {
    assertThrows(
      () => layerTypes(reader({ layer_types }), 2, () => "full_attention"),
      CheckpointError,
      'layer_types must be a list of 2, each "full_attention" or "sliding_attention"',
    );
  }
});

Deno.test("sliding layers need a window", () => {
  assertEquals(windowsOf(reader({}), ["sliding_attention", "full_attention"], 4), [4, null]);
  assertEquals(windowsOf(reader({}), ["full_attention"], null), [null]);
  assertThrows(
    () => windowsOf(reader({}), ["sliding_attention"], null),
    CheckpointError,
    "sliding_window must be a number, and be in use, where layers are sliding",
  );
});

Deno.test("windows that are switched on hold from a layer on, or where layers are said to slide", () => {
  const windows = (fields: Record<string, unknown>) =>
    switchedWindows(reader(fields), 3, { window: 9 });
  assertEquals(windows({}), [null, null, null]);
  assertEquals(windows({ use_sliding_window: true, max_window_layers: 1 }), [null, 9, 9]);
  assertEquals(windows({ sliding_window: 5, max_window_layers: 0 }), [null, null, null]);
  assertEquals(windows({ use_sliding_window: true, sliding_window: null }), [null, null, null]);
  const layer_types = ["sliding_attention", "full_attention", "full_attention"];
  assertEquals(windows({ use_sliding_window: true, sliding_window: 5, layer_types }), [
    5,
    null,
    null,
  ]);
});
