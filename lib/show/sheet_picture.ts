/**
 * The picture of a sheet of tiles.
 *
 * @module
 */

import { palette, special } from "./colour.ts";
import { allLevels, pngWithin } from "./png_within.ts";
import { poolGreatest } from "./pool.ts";
import { toIndices, type ValueScale } from "./value_scale.ts";

/** What was checked and counted. */
export interface Sheet {
  readonly layers: readonly number[];
  readonly heads: number;
  readonly size: number;
  /** How many tokens share a cell. */
  readonly pooled: number;
  /** Cells from left to right of a head. */
  readonly side: number;
  /** The pixels of a cell. */
  readonly cell: number;
}

/** A picture and its size. */
export interface SheetPicture {
  readonly width: number;
  readonly height: number;
  readonly levels: number;
  readonly file: Uint8Array;
}

/** The pixels of all tiles, with a line between them. */
function tiles(
  patterns: readonly ArrayLike<number>[],
  sheet: Sheet,
  by: ValueScale,
): Uint8Array {
  const { heads, size, pooled, side, cell } = sheet, step = side * cell + 1;
  const [width, height] = [heads * step + 1, patterns.length * step + 1];
  const pixels = new Uint8Array(width * height).fill(special.undefined);
  patterns.forEach((pattern, layer) => {
    for (let head = 0; head < heads; head++) {
      const own = Array.prototype.slice.call(pattern, head * size ** 2, (head + 1) * size ** 2);
      const indices = toIndices(poolGreatest(own, size, pooled), by);
      const [top, left] = [layer * step + 1, head * step + 1];
      indices.forEach((index, i) => {
        const [y, x] = [top + Math.floor(i / side) * cell, left + (i % side) * cell];
        for (let row = y; row < y + cell; row++) {
          pixels.fill(index, row * width + x, row * width + x + cell);
        }
      });
    }
  });
  return pixels;
}

/**
 * Draws the tiles of a sheet in as many levels as so many bytes allow.
 *
 * @param options The weights of each layer, how the tiles lie, the scale, and the most bytes.
 * @returns The picture; of an eighth of the levels it may be larger still.
 */
export function sheetPicture({ patterns, sheet, by, most }: {
  readonly patterns: readonly ArrayLike<number>[];
  readonly sheet: Sheet;
  readonly by: ValueScale;
  readonly most: number;
}): SheetPicture {
  const { heads, side, cell } = sheet, indices = tiles(patterns, sheet, by);
  const width = heads * (side * cell + 1) + 1, height = indices.length / width;
  if (side === 0) return { width, height, levels: allLevels, file: new Uint8Array() };
  return {
    width,
    height,
    ...pngWithin(most, { width, height, indices, palette: palette(by.scale) }),
  };
}
