/**
 * What a picture of cells says besides their colours: hatching where a value is undefined, dots on cells that are marked.
 *
 * @module
 */

import { contrast, entry, firstLevel, lastLevel, palette, type Scale, special } from "./colour.ts";

/** The fewest pixels of a cell that can be hatched or marked. */
export const leastMarked = 6;

/** How a picture was enlarged. */
export interface EnlargedCells {
  /** The palette entries of the cells, row by row. */
  readonly indices: Uint8Array;
  /** How many columns there are. */
  readonly columns: number;
  /** The side of a cell in pixels. */
  readonly cell: number;
  /** The scale of the palette. */
  readonly scale: Scale;
}

/** Which cells are marked by a dot. */
export interface MarkedCells {
  /** What a dot means. */
  readonly label: string;
  /** Whether each cell has one, row by row. */
  readonly cells: readonly boolean[];
}

/** The entry that looks like the page. */
const zero = (scale: Scale): number =>
  scale === "sequential" ? firstLevel : (firstLevel + lastLevel) / 2;

/**
 * Hatches the cells that are undefined, so that nobody takes their colour for a value's, in print neither. The first
 * pixel of each cell stays its palette entry, as the picture is also the data. Cells of few pixels are left as they are.
 *
 * @param pixels The enlarged picture, which is changed.
 * @param how How it was enlarged.
 */
export function hatchUndefined(pixels: Uint8Array, how: EnlargedCells): void {
  const { indices, columns, cell, scale } = how, width = columns * cell, paper = zero(scale);
  if (cell < leastMarked) return;
  indices.forEach((index, i) => {
    if (index !== special.undefined) return;
    const [top, left] = [Math.floor(i / columns) * cell, (i % columns) * cell];
    for (let y = top; y < top + cell; y++) {
      for (let x = left; x < left + cell; x++) {
        if ((x + y) % 6 < 2 && !(x === left && y === top)) pixels[y * width + x] = paper;
      }
    }
  });
}

/** How broad a dot is, and how far from the cell's edge, in a cell of so many pixels. */
export const dotOf = (cell: number): { readonly side: number; readonly margin: number } => ({
  side: Math.max(2, Math.round(cell / 6)),
  margin: cell < 10 ? 1 : 2,
});

/**
 * Puts a dot into the upper right corner of each marked cell, in whichever end of the palette is told best from the
 * cell. Cells of few pixels are left as they are.
 *
 * @param pixels The enlarged picture, which is changed.
 * @param how How it was enlarged.
 * @param marked Which cells have a dot.
 */
export function dotMarked(
  pixels: Uint8Array,
  how: EnlargedCells,
  marked: readonly boolean[],
): void {
  const { indices, columns, cell, scale } = how, width = columns * cell;
  if (cell < leastMarked) return;
  const colours = palette(scale), { side, margin } = dotOf(cell);
  const [light, dark] = [zero(scale), lastLevel];
  indices.forEach((index, i) => {
    if (!marked[i]) return;
    const against = (other: number) => contrast(entry(colours, index), entry(colours, other));
    const ink = against(light) > against(dark) ? light : dark;
    const top = Math.floor(i / columns) * cell + margin;
    const left = (i % columns + 1) * cell - margin - side;
    for (let y = top; y < top + side; y++) {
      pixels.fill(ink, y * width + left, y * width + left + side);
    }
  });
}
