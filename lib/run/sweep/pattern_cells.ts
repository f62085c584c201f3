/**
 * A grid of the cells of a head's attention pattern.
 *
 * @module
 */

import type { Transformer } from "../../model/mod.ts";
import { refuseUnknownOptions, refuseUnknownWord } from "../../show/mod.ts";
import type { GridOptions } from "./cell_edit.ts";
import { gridBuilder, gridPositions } from "./grid_builder.ts";
import { along, gridOptionsCode } from "./grid_code.ts";
import type { GridBuilder } from "./variant.ts";

/** Options for {@linkcode patternCells}. */
export interface PatternCellsOptions extends GridOptions {
  /** The weights, or what the softmax makes them of. @default {"pattern"} */
  readonly at?: "pattern" | "scores";
  /** The positions of queries: numbers, negative from the end. @default {all, of prompts of one length} */
  readonly queries?: readonly number[];
  /** The positions of keys, likewise. @default {all, of prompts of one length} */
  readonly keys?: readonly number[];
}

/**
 * Builds a grid of the cells of a head's attention pattern: what each query takes from each key. Keys that are later than their
 * query in any prompt are left out: such cells are undefined.
 *
 * By default a cell of a pair gets the other run's weight, and of single prompts 0; the other weights of the row stay as they
 * are. To share the weight out among them give `edit: ({ at, where }) => knockout(at, where)`.
 *
 * @param layer The layer; negative ones count from the last.
 * @param head The head.
 * @param options The site, queries and keys, and the edit of a cell.
 * @returns Axes `[query, key]`.
 * @throws {RangeError} If there is no such layer or head.
 * @throws {TypeError} If an option or its word is not known.
 *
 * @example
 * ```ts
 * import { load, logitDifference, patternCells, sweep } from "@innerworks/innerworks";
 * const model = await load("seedling");
 * const prompt = "When Mary and John went to the store, John gave a key to";
 * const cells = patternCells(3, 5, { queries: [-1] });
 * const grid = await sweep(model, prompt, cells, logitDifference(" Mary", " John"));
 * console.log(grid.data.shape); // [1, 15]
 * ```
 */
export function patternCells(
  layer: number,
  head: number,
  options: PatternCellsOptions = {},
): GridBuilder {
  refuseUnknownOptions("sweep cells of a pattern", options, ["at", "queries", "keys", "edit"]);
  refuseUnknownWord("sweep cells of a pattern", "at", options.at, ["pattern", "scores"]);
  const { at = "pattern", queries, keys, edit } = options;
  return gridBuilder({
    label: `${at} of head ${head} in layer ${layer} by query and key`,
    at,
    layers: [layer],
    cells(context, [site]) {
      refuseNoHead(context.model, head);
      const rows = gridPositions(context, queries), columns = gridPositions(context, keys);
      const later = (query: number, key: number) =>
        context.tokens.some(({ ids: { length } }) => placed(key, length) > placed(query, length));
      const query = { ...rows.axis, name: "query" }, key = { ...columns.axis, name: "key" };
      const cell = { queries: "[{query}]", keys: "[{key}]" };
      return {
        axes: [query, key],
        code: {
          text: `patternCells(${layer}, ${head}, ${
            gridOptionsCode({ at: options.at, edit }, cell)
          })`,
          index: "0",
          names: { query: along(query, rows.positions), key: along(key, columns.positions) },
        },
        places: (rows.positions as readonly number[]).flatMap((query) =>
          (columns.positions as readonly number[]).map((key) =>
            later(query, key)
              ? null
              : { at: site!, where: { heads: head, positions: query, keys: key } }
          )
        ),
      };
    },
  }, options);
}

/** Refuses a head that there is not, rather than say so of the edit of some cell. */
function refuseNoHead({ architecture: { heads } }: Transformer, head: number): void {
  if (Number.isInteger(head) && head >= -heads && head < heads) return;
  throw new RangeError(
    `Cannot sweep cells of a pattern as the head must be from ${-heads} to ${
      heads - 1
    }: current value is ${head}`,
  );
}

/** A position counted from the start. */
const placed = (position: number, length: number) => position < 0 ? length + position : position;
