/**
 * The data of a picture, read back in the page.
 *
 * @module
 */
/// <reference lib="dom" />

import { unfilter } from "../lib/show/png_rows.ts";

/**
 * Reads the palette entries out of an indexed PNG in a data URL.
 *
 * @param url The URL.
 * @param columns How many cells stand side by side.
 * @returns One entry a cell, row by row.
 */
export async function readPicture(url: string, columns: number): Promise<Uint8Array> {
  const file = Uint8Array.from(atob(url.slice(url.indexOf(",") + 1)), (c) => c.charCodeAt(0));
  const view = new DataView(file.buffer);
  const [width, height] = [view.getUint32(16), view.getUint32(20)];
  const data: BlobPart[] = [];
  for (let at = 8; at + 12 <= file.length;) {
    const length = view.getUint32(at);
    // "IDAT", read as one number
    if (view.getUint32(at + 4) === 0x49444154) data.push(file.slice(at + 8, at + 8 + length));
    at += length + 12;
  }
  const stream = new Blob(data).stream().pipeThrough(new DecompressionStream("deflate"));
  const pixels = unfilter(
    new Uint8Array(await new Response(stream).arrayBuffer()),
    width,
    height,
  );
  const cell = width / columns;
  const rows = height / cell;
  const cells = new Uint8Array(columns * rows);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      cells[row * columns + column] = pixels[row * cell * width + column * cell]!;
    }
  }
  return cells;
}
