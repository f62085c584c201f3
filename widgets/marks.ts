/**
 * Hatching and dots on cells of a canvas.
 *
 * @module
 */
/// <reference lib="dom" />

import { dotOf, leastMarked } from "../lib/show/cell_marks.ts";
import { special } from "../lib/show/colour.ts";

/** Where the cells lie on a canvas. */
export interface Within {
  /** Pixels to the left of the first. */
  readonly left: number;
  /** Pixels above the first. */
  readonly top: number;
  /** How many columns there are. */
  readonly columns: number;
  /** Pixels from left to right of a cell. */
  readonly cellWidth: number;
  /** Pixels from top to bottom of a cell. */
  readonly cellHeight: number;
}

/**
 * Hatches the cells that are undefined, as the static picture does.
 *
 * @param context Where to draw.
 * @param entries The palette entries of the cells.
 * @param colour The colour of the page.
 * @param within Where the cells lie.
 */
export function hatch(
  context: CanvasRenderingContext2D,
  entries: Uint8Array,
  colour: string,
  { left, top, columns, cellWidth, cellHeight }: Within,
): void {
  if (Math.min(cellWidth, cellHeight) < leastMarked || !entries.includes(special.undefined)) return;
  const [width, height] = [columns * cellWidth, entries.length / columns * cellHeight];
  context.save();
  context.beginPath();
  entries.forEach((index, i) => {
    if (index !== special.undefined) return;
    const [row, column] = [Math.floor(i / columns), i % columns];
    context.rect(left + column * cellWidth, top + row * cellHeight, cellWidth, cellHeight);
  });
  context.clip();
  context.beginPath();
  for (let x = 0; x < width + height; x += 6) {
    context.moveTo(left + x, top);
    context.lineTo(left + x - height, top + height);
  }
  context.strokeStyle = colour;
  context.lineWidth = 1.5;
  context.stroke();
  context.restore();
}

/**
 * Puts a dot into the corner of marked cells.
 *
 * @param context Where to draw.
 * @param marked Which cells have one.
 * @param colour The colour of a dot on a cell.
 * @param within Where the cells lie.
 */
export function dot(
  context: CanvasRenderingContext2D,
  marked: readonly number[],
  colour: (cell: number) => string,
  { left, top, columns, cellWidth, cellHeight }: Within,
): void {
  if (Math.min(cellWidth, cellHeight) < leastMarked) return;
  const { side, margin } = dotOf(Math.min(cellWidth, cellHeight));
  for (const i of marked) {
    const [row, column] = [Math.floor(i / columns), i % columns];
    context.fillStyle = colour(i);
    const x = left + (column + 1) * cellWidth - margin - side;
    context.fillRect(x, top + row * cellHeight + margin, side, side);
  }
}
