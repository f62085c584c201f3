/**
 * A grid of palette entries as a picture that is also the data.
 *
 * @module
 */

import { dotMarked, hatchUndefined } from "./cell_marks.ts";
import { palette } from "./colour.ts";
import { escapeHtml } from "./escape.ts";
import { enlarge } from "./png.ts";
import { pngWithin } from "./png_within.ts";
import type { ValueScale } from "./value_scale.ts";

/** What {@linkcode pictureHtml} draws. */
export interface PictureOptions {
  /** The palette entries, row by row. */
  readonly indices: Uint8Array;
  /** How many columns there are. */
  readonly columns: number;
  /** The side of a cell in pixels. */
  readonly cell: number;
  /** The scale. */
  readonly by: ValueScale;
  /** What the picture shows, for who does not see it. */
  readonly alternative: string;
  /** The side of a cell in the file; less than `cell` saves space, and a sanitised page blurs it. */
  readonly stored?: number;
  /** The most bytes of the file, which has fewer levels if it would be larger; an eighth of them at least. */
  readonly most?: number;
  /** Which cells have a dot. */
  readonly marked?: readonly boolean[] | undefined;
}

/**
 * Draws the picture of a grid as an element: an indexed PNG with cells of whole pixels, of which the first is the
 * cell's palette entry; the others are hatched where it is undefined.
 *
 * @param options Entries, sizes and scale.
 * @returns HTML.
 */
export function pictureHtml(options: PictureOptions): string {
  const { indices, columns, cell, by, alternative, stored = cell, marked, most = Infinity } =
    options;
  const rows = indices.length / columns;
  const [width, height] = [columns * cell, rows * cell];
  const pixels = enlarge(indices, columns, stored, stored);
  const how = { indices, columns, cell: stored, scale: by.scale };
  hatchUndefined(pixels, how);
  if (marked) dotMarked(pixels, how, marked);
  const { file } = pngWithin(most, {
    width: columns * stored,
    height: rows * stored,
    indices: pixels,
    palette: palette(by.scale),
  });
  return `<img class="picture" alt="${
    escapeHtml(alternative)
  }" width="${width}" height="${height}" style="width:${width}px;height:${height}px;max-width:none;image-rendering:pixelated;margin:0;border:1px solid rgb(208,212,218)" src="data:image/png;base64,${file.toBase64()}">`;
}
