/**
 * A grid of neurons.
 *
 * @module
 */

import { refuseUnknownOptions } from "../../show/mod.ts";
import type { Positions } from "../edit.ts";
import type { GridOptions } from "./cell_edit.ts";
import { axisSize, gridBuilder, layerAxis, layerOf } from "./grid_builder.ts";
import { along, gridOptionsCode } from "./grid_code.ts";
import type { GridBuilder } from "./variant.ts";

/** Options for {@linkcode neurons}. */
export interface NeuronsOptions extends GridOptions {
  /** The site in each layer: `mlp.post`, `mlp.pre`, or another whose last axis is neurons. @default {"mlp.post"} */
  readonly at?: string;
  /** The layers; negative ones count from the last. @default {all} */
  readonly layers?: readonly number[];
  /** The neurons of each layer. @default {all} */
  readonly neurons?: readonly number[];
  /** The positions that each cell edits together. @default {all} */
  readonly positions?: Positions;
}

/**
 * Builds a grid of neurons in each layer.
 *
 * @param options Layers, neurons, positions, and the edit of a cell.
 * @returns Axes `[layer, neuron]`.
 * @throws {RangeError} If the site has no neurons, or not those that are named.
 *
 * @example
 * ```ts
 * import { load, logitDifference, neurons, sweep } from "@innerworks/innerworks";
 * const model = await load("seedling");
 * const prompt = "When Mary and John went to the store, John gave a key to";
 * const some = neurons({ layers: [3], neurons: [5, 9, 200], positions: -1 });
 * const grid = await sweep(model, prompt, some, logitDifference(" Mary", " John"));
 * console.log(grid.data.shape); // [1, 3]
 * ```
 */
export function neurons(options: NeuronsOptions = {}): GridBuilder {
  const known = ["at", "layers", "neurons", "positions", "edit"];
  refuseUnknownOptions("sweep neurons", options, known);
  const { at = "mlp.post", layers, positions, edit } = options;
  return gridBuilder({
    label: `${at} by layer and neuron`,
    at,
    ...layers && { layers },
    cells({ model }, sites) {
      const count = axisSize(model, sites[0]!, "neuron");
      const list = options.neurons ?? Array.from({ length: count }, (_, neuron) => neuron);
      const layer = layerAxis(sites), neuron = { name: "neuron", labels: list.map(String) };
      const cell = { layers: "[{layer}]", neurons: "[{neuron}]" };
      return {
        axes: [layer, neuron],
        code: {
          text: `neurons(${gridOptionsCode({ at: options.at, positions, edit }, cell)})`,
          index: "0",
          names: { layer: along(layer, sites.map(layerOf)), neuron: along(neuron, list) },
        },
        places: sites.flatMap((at) =>
          list.map((neuron) => ({
            at,
            where: { neurons: neuron, ...positions !== undefined && { positions } },
          }))
        ),
      };
    },
  }, options);
}
