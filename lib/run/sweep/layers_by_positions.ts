/**
 * A grid of one site in each layer at each position.
 *
 * @module
 */

import { literalCode, refuseUnknownOptions } from "../../show/mod.ts";
import type { GridOptions } from "./cell_edit.ts";
import { gridBuilder, gridPositions, layerAxis, layerOf } from "./grid_builder.ts";
import { along, gridOptionsCode } from "./grid_code.ts";
import type { GridBuilder } from "./variant.ts";

/** Options for {@linkcode layersByPositions}. */
export interface LayersByPositionsOptions extends GridOptions {
  /** The layers; negative ones count from the last. @default {all} */
  readonly layers?: readonly number[];
  /** The positions: numbers, negative from the end, or names of spans. @default {all, of prompts of one length} */
  readonly positions?: readonly (number | string)[];
}

/**
 * Builds a grid of one site in each layer at each position, as of where the stream carries what matters.
 *
 * Meng et al., "Locating and Editing Factual Associations in GPT", 2022, https://arxiv.org/abs/2202.05262.
 *
 * @param at The site in each layer, such as `resid_pre`.
 * @param options Layers, positions, and the edit of a cell.
 * @returns Axes `[layer, position]`.
 *
 * @example
 * ```ts
 * import { layersByPositions, load, logitDifference, sweep } from "@innerworks/innerworks";
 * const model = await load("seedling");
 * const grid = await sweep(
 *   model,
 *   "When Mary and John went to the store, John gave a key to",
 *   layersByPositions("resid_pre", { layers: [2, 3], positions: [-1] }),
 *   logitDifference(" Mary", " John"),
 * );
 * console.log(grid.data.shape); // [2, 1]
 * ```
 */
export function layersByPositions(
  at: string,
  options: LayersByPositionsOptions = {},
): GridBuilder {
  refuseUnknownOptions("sweep layers by positions", options, ["layers", "positions", "edit"]);
  const { layers, positions, edit } = options;
  return gridBuilder({
    label: `${at} by layer and position`,
    at,
    ...layers && { layers },
    cells(context, sites) {
      const wanted = gridPositions(context, positions), layer = layerAxis(sites);
      const cell = gridOptionsCode({ edit }, { layers: "[{layer}]", positions: "[{position}]" });
      return {
        axes: [layer, wanted.axis],
        code: {
          text: `layersByPositions(${literalCode(at)}, ${cell})`,
          index: "0",
          names: {
            layer: along(layer, sites.map(layerOf)),
            position: along(wanted.axis, wanted.positions),
          },
        },
        places: sites.flatMap((at) =>
          wanted.positions.map((positions) => ({ at, where: { positions } }))
        ),
      };
    },
  }, options);
}
