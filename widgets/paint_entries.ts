/**
 * Palette entries on a canvas.
 *
 * @module
 */
/// <reference lib="dom" />

/**
 * Paints entries, one pixel a cell, on a canvas of their own.
 *
 * @param canvas The canvas; it becomes as large as there are cells.
 * @param indices The entries, row by row.
 * @param columns How many cells there are from left to right.
 * @param colours The palette.
 */
export function paintEntries(
  canvas: HTMLCanvasElement,
  indices: Uint8Array,
  columns: number,
  colours: Uint8Array,
): void {
  canvas.width = columns;
  canvas.height = indices.length / columns;
  const context = canvas.getContext("2d")!;
  const { width, height } = canvas, image = context.createImageData(width, height);
  // One number a pixel: a sheet has millions. Browsers are little-endian.
  const inks = Uint32Array.from(
    { length: 256 },
    (_, i) =>
      (255 << 24) + (colours[i * 3 + 2]! << 16) + (colours[i * 3 + 1]! << 8) + colours[i * 3]!,
  );
  const pixels = new Uint32Array(image.data.buffer);
  for (let i = 0; i < pixels.length; i++) pixels[i] = inks[indices[i]!]!;
  context.putImageData(image, 0, 0);
}
