/**
 * Grids as expressions of TypeScript, cut down to one cell.
 *
 * @module
 */

import { literalCode, namedCode } from "../../show/mod.ts";
import type { SweepAxis } from "./sweep_values.ts";
import type { VariantGrid } from "./variant.ts";

/** A grid of few variants, one of them that of a cell, as an expression. */
export interface GridCode {
  /** The grid, with names in braces. */
  readonly text: string;
  /** The number of the cell's variant in it, likewise. */
  readonly index: string;
  /** What is written for a name: a text for each place along an axis. */
  readonly names: Readonly<
    Record<string, { readonly axis: string; readonly texts: readonly string[] }>
  >;
}

/**
 * How the grids of the library are written. It is no field of them: a grid that is made out of another by spreading would carry
 * the expression of something that it no longer is.
 */
const codes = new WeakMap<VariantGrid, GridCode>();

/** The same grid on axes that are called otherwise. */
export function withAxes(grid: VariantGrid, axes: VariantGrid["axes"]): VariantGrid {
  const code = codes.get(grid), named = { ...grid, axes };
  return code ? writtenGrid(named, code) : named;
}

/** Remembers how a grid is written. */
export function writtenGrid(grid: VariantGrid, code: GridCode): VariantGrid {
  codes.set(grid, code);
  return grid;
}

/**
 * How a grid is written.
 *
 * @param grid The grid.
 * @param name The name that stands for a grid or list that the library did not make, such as `grid`.
 * @param what What it must be.
 */
export function gridCode(grid: VariantGrid, name: string, what: string): GridCode {
  return codes.get(grid) ?? { text: namedCode(name, what), ...numberedCells(grid.axes) };
}

/** The number of a cell among all, row by row over the axes. */
export function numberedCells(
  axes: readonly Pick<SweepAxis, "name" | "labels">[],
): Omit<GridCode, "text"> {
  return {
    index: axes.reduce(
      (sum, { labels: { length } }, i) =>
        i === 0 ? "{axis0}" : `${i === 1 ? sum : `(${sum})`} * ${length} + {axis${i}}`,
      "0",
    ),
    names: Object.fromEntries(
      axes.map((axis, i) => [`axis${i}`, along(axis, axis.labels.map((_, place) => place))]),
    ),
  };
}

/** The options of a grid's builder as code, those of a cell with names in braces. */
export function gridOptionsCode(
  { edit, ...own }: Readonly<Record<string, unknown>>,
  cell: Readonly<Record<string, string>>,
): string {
  const parts = [
    ...Object.entries(cell).map(([name, text]) => `${name}: ${text}`),
    ...Object.entries(own).filter(([, value]) => value !== undefined)
      .map(([name, value]) => `${name}: ${literalCode(value)}`),
    ...edit === undefined ? [] : [namedCode("edit", "your function that makes the edit of a cell")],
  ];
  return parts.length > 0 ? `{ ${parts.join(", ")} }` : "{}";
}

/** What is written along an axis. */
export const along = (
  { name }: Pick<SweepAxis, "name">,
  values: readonly unknown[],
): GridCode["names"][string] => ({ axis: name, texts: values.map(literalCode) });
