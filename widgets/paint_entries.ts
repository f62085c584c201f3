/**
 * Palette entries on a canvas.
 *
 * @module
 */
/// <reference lib="dom" />

import { entry } from "../lib/show/colour.ts";

/** Paints entries, one pixel a cell, on a canvas of their own. */
export function paintEntries(
  canvas: HTMLCanvasElement,
  indices: Uint8Array,
  columns: number,
  colours: Uint8Array,
): void {
  canvas.width = columns;
  canvas.height = indices.length / columns;
  const context = canvas.getContext("2d")!;
  const image = context.createImageData(canvas.width, canvas.height);
  indices.forEach((index, i) => image.data.set([...entry(colours, index), 255], i * 4));
  context.putImageData(image, 0, 0);
}
