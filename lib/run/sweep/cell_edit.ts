/**
 * The edit of a cell of a grid.
 *
 * @module
 */

import type { Site } from "../../model/mod.ts";
import type { Edit, Where } from "../edit.ts";
import { replace, zero } from "../edits/mod.ts";
import { ofCache } from "../value_source.ts";
import type { GridContext } from "./variant.ts";

/** Where a cell edits. */
export interface CellPlace {
  /** The site. */
  readonly at: Site;
  /** The part of it. */
  readonly where: Where;
}

/** Options of grids. */
export interface GridOptions {
  /**
   * Makes the edit of a cell.
   *
   * @default {for pairs the other prompt's value is put there, else zero}
   */
  readonly edit?: (place: CellPlace, context: GridContext) => Edit | readonly Edit[];
}

/** The edits of a cell. */
export function cellEdits(
  place: CellPlace,
  context: GridContext,
  { edit }: GridOptions,
): readonly Edit[] {
  if (edit) return [edit(place, context)].flat();
  const { at, where } = place;
  return [context.source ? replace(at, ofCache(context.source), where) : zero(at, where)];
}
