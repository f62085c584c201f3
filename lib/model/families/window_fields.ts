/**
 * Reads which layers see only the nearest keys.
 *
 * @module
 */

import type { ConfigReader } from "../config_reader.ts";
import { CheckpointError } from "../files/mod.ts";
import { everyLayer } from "./usual_fields.ts";

/** What a layer sees, as configurations say it. */
export type LayerType = "full_attention" | "sliding_attention";

/** Reads one window for all layers; `otherwise` stands in where the field is missing, but not where it is null. */
export function oneWindow(
  config: ConfigReader,
  layers: number,
  otherwise: number | null = null,
): (number | null)[] {
  const silent = config.states("sliding_window") ? null : otherwise;
  const window = config.optionalInteger("sliding_window") ?? silent;
  return everyLayer(layers, window);
}

/** Reads what each layer sees, in words; `otherwise` says it where the field is missing. */
export function layerTypes(
  config: ConfigReader,
  layers: number,
  otherwise: (layer: number) => LayerType,
): readonly LayerType[] {
  const expected = `a list of ${layers}, each "full_attention" or "sliding_attention"`;
  const known = config.list<LayerType>(
    "layer_types",
    expected,
    (type) => type === "full_attention" || type === "sliding_attention",
  );
  if (known === null) return everyLayer(layers, null).map((_, layer) => otherwise(layer));
  if (known.length === layers) return known;
  throw new CheckpointError(config.file, `layer_types must be ${expected}`, { current: known });
}

/**
 * Gives the sliding layers their window.
 *
 * @throws {CheckpointError} If there are sliding layers and no window.
 */
export function windowsOf(
  config: ConfigReader,
  types: readonly LayerType[],
  window: number | null,
): (number | null)[] {
  if (window === null && types.includes("sliding_attention")) {
    throw new CheckpointError(
      config.file,
      "sliding_window must be a number, and be in use, where layers are sliding",
      { current: null },
    );
  }
  return types.map((type) => type === "sliding_attention" ? window : null);
}

/**
 * Reads windows where layers slide from a certain one on, and only where a switch says so.
 *
 * @param from The first layer that slides where no layer is named.
 * @param window The window where the field is missing.
 */
export function switchedWindows(
  config: ConfigReader,
  layers: number,
  { window }: { readonly window: number | null },
): (number | null)[] {
  const on = config.boolean("use_sliding_window", false);
  const from = config.count("max_window_layers", 28);
  const silent = config.states("sliding_window") ? null : window;
  const stated = config.optionalInteger("sliding_window") ?? silent;
  const used = on ? stated : null;
  const types = layerTypes(
    config,
    layers,
    (layer) => used !== null && layer >= from ? "sliding_attention" : "full_attention",
  );
  return windowsOf(config, types, used);
}
