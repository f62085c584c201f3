/**
 * A grid of every head at every position.
 *
 * @module
 */

import { literalCode, refuseUnknownOptions } from "../../show/mod.ts";
import type { GridOptions } from "./cell_edit.ts";
import { axisSize, gridBuilder, gridPositions, layerOf } from "./grid_builder.ts";
import { along, gridOptionsCode } from "./grid_code.ts";
import type { GridBuilder } from "./variant.ts";

/** Options for {@linkcode headsByPositions}. */
export interface HeadsByPositionsOptions extends GridOptions {
  /** The layers; negative ones count from the last. @default {all} */
  readonly layers?: readonly number[];
  /** The positions: numbers, negative from the end, or names of spans. @default {all, of prompts of one length} */
  readonly positions?: readonly (number | string)[];
}

/**
 * Builds a grid of every head of every layer at every position.
 *
 * @param at The site in each layer, such as `z`; `z` by default.
 * @param options Layers, positions, and the edit of a cell.
 * @returns Axes `[head, position]`, the heads of all layers one after another, called `layer.head`.
 *
 * @example
 * ```ts
 * import { headsByPositions, load, logitDifference, sweep } from "@innerworks/innerworks";
 * const model = await load("seedling");
 * const prompt = "When Mary and John went to the store, John gave a key to";
 * const grid = await sweep(
 *   model,
 *   prompt,
 *   headsByPositions("z", { layers: [3] }),
 *   logitDifference(" Mary", " John"),
 * );
 * console.log(grid.data.shape); // [8, 15]
 * ```
 */
export function headsByPositions(at = "z", options: HeadsByPositionsOptions = {}): GridBuilder {
  refuseUnknownOptions("sweep heads by positions", options, ["layers", "positions", "edit"]);
  const { layers, positions, edit } = options;
  return gridBuilder({
    label: `${at} by head and position`,
    at,
    ...layers && { layers },
    cells(context, sites) {
      const wanted = gridPositions(context, positions),
        heads = axisSize(context.model, sites[0]!, "head");
      const all = sites.flatMap((at) => Array.from({ length: heads }, (_, head) => ({ at, head })));
      const axis = { name: "head", labels: all.map(({ at, head }) => `${layerOf(at)}.${head}`) };
      const cell = gridOptionsCode({ edit }, { layers: "[{layer}]", positions: "[{position}]" });
      return {
        axes: [axis, wanted.axis],
        code: {
          text: `headsByPositions(${literalCode(at)}, ${cell})`,
          index: "{head}",
          names: {
            layer: along(axis, all.map(({ at }) => layerOf(at))),
            head: along(axis, all.map(({ head }) => head)),
            position: along(wanted.axis, wanted.positions),
          },
        },
        places: all.flatMap(({ at, head }) =>
          wanted.positions.map((positions) => ({ at, where: { heads: head, positions } }))
        ),
      };
    },
  }, options);
}
