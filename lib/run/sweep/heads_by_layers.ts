/**
 * A grid of all heads.
 *
 * @module
 */

import { literalCode, refuseUnknownOptions } from "../../show/mod.ts";
import type { Positions } from "../edit.ts";
import type { GridOptions } from "./cell_edit.ts";
import { axisSize, gridBuilder, layerAxis, layerOf } from "./grid_builder.ts";
import { along, gridOptionsCode } from "./grid_code.ts";
import type { GridBuilder } from "./variant.ts";

/** Options for {@linkcode headsByLayers}. */
export interface HeadsByLayersOptions extends GridOptions {
  /** The layers; negative ones count from the last. @default {all} */
  readonly layers?: readonly number[];
  /** The positions that each cell edits together. @default {all} */
  readonly positions?: Positions;
}

/**
 * Builds a grid of every head in every layer.
 *
 * @param at The site in each layer, such as `z`, `q`, `pattern` or `result`; `z` by default.
 * @param options Layers, positions, and the edit of a cell.
 * @returns Axes `[layer, head]`; of keys and values the heads are key heads.
 *
 * @example
 * ```ts
 * import { headsByLayers, load, logitDifference, sweep } from "@innerworks/innerworks";
 * const model = await load("seedling");
 * const prompt = "When Mary and John went to the store, John gave a key to";
 * // Which heads the answer needs, each set to zero.
 * const grid = await sweep(model, prompt, headsByLayers(), logitDifference(" Mary", " John"));
 * console.log(grid.data.shape); // [4, 8]
 * ```
 */
export function headsByLayers(at = "z", options: HeadsByLayersOptions = {}): GridBuilder {
  refuseUnknownOptions("sweep heads by layers", options, ["layers", "positions", "edit"]);
  const { layers, positions, edit } = options;
  return gridBuilder({
    label: `${at} by layer and head`,
    at,
    ...layers && { layers },
    cells({ model }, sites) {
      const heads = axisSize(model, sites[0]!, "head"), layer = layerAxis(sites);
      const head = { name: "head", labels: Array.from({ length: heads }, (_, h) => `${h}`) };
      const cell = gridOptionsCode({ positions, edit }, { layers: "[{layer}]" });
      return {
        axes: [layer, head],
        code: {
          text: `headsByLayers(${literalCode(at)}, ${cell})`,
          index: "{head}",
          names: {
            layer: along(layer, sites.map(layerOf)),
            head: along(head, head.labels.map(Number)),
          },
        },
        places: sites.flatMap((at) =>
          Array.from({ length: heads }, (_, head) => ({
            at,
            where: { heads: head, ...positions !== undefined && { positions } },
          }))
        ),
      };
    },
  }, options);
}
