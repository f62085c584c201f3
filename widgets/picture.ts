/**
 * The data of a picture, read back in the page.
 *
 * @module
 */
/// <reference lib="dom" />

import { unfilter } from "../lib/show/png_rows.ts";

/** The pixels of an indexed picture. */
export interface Pixels {
  /** From left to right. */
  readonly width: number;
  /** From top to bottom. */
  readonly height: number;
  /** The palette entry of each, row by row. */
  readonly entries: Uint8Array;
}

/**
 * Reads the pixels of an indexed PNG in a data URL.
 *
 * @param url The URL.
 * @returns Its pixels.
 */
export async function readPixels(url: string): Promise<Pixels> {
  const text = atob(url.slice(url.indexOf(",") + 1)), file = new Uint8Array(text.length);
  // A plain loop, as there may be a million letters.
  for (let i = 0; i < file.length; i++) file[i] = text.charCodeAt(i);
  const view = new DataView(file.buffer);
  const [width, height] = [view.getUint32(16), view.getUint32(20)];
  const inflate = new DecompressionStream("deflate"), writer = inflate.writable.getWriter();
  // What is wrong with the data is said by the side that reads.
  const write = (part?: Uint8Array<ArrayBuffer>): unknown =>
    (part ? writer.write(part) : writer.close()).catch(() => {});
  for (let at = 8; at + 12 <= file.length;) {
    const length = view.getUint32(at);
    // "IDAT", read as one number
    if (view.getUint32(at + 4) === 0x49444154) write(file.subarray(at + 8, at + 8 + length));
    at += length + 12;
  }
  write();
  const rows = new Uint8Array(await new Response(inflate.readable).arrayBuffer());
  return { width, height, entries: unfilter(rows, width, height) };
}

/**
 * Reads the palette entries out of the picture of a grid.
 *
 * @param url The URL of an indexed PNG.
 * @param columns How many cells stand side by side.
 * @returns One entry a cell, row by row.
 */
export async function readPicture(url: string, columns: number): Promise<Uint8Array> {
  const { width, height, entries } = await readPixels(url);
  return readTile(entries, {
    width,
    left: 0,
    top: 0,
    columns,
    cell: width / columns,
    rows: height / (width / columns),
  });
}

/** Where the cells of a grid lie in a picture. */
export interface Tile {
  /** The pixels of the picture from left to right. */
  readonly width: number;
  /** The pixels to the left of the first cell. */
  readonly left: number;
  /** The pixels above it. */
  readonly top: number;
  /** The pixels of a cell. */
  readonly cell: number;
  /** How many cells there are side by side. */
  readonly columns: number;
  /** How many one above the other. */
  readonly rows: number;
}

/**
 * Reads the cells of a grid out of a picture.
 *
 * @param pixels The pixels of the picture.
 * @param tile Where they lie.
 * @returns One entry a cell, row by row.
 */
export function readTile(pixels: Uint8Array, tile: Tile): Uint8Array {
  const { width, left, top, cell, columns, rows } = tile;
  const cells = new Uint8Array(columns * rows);
  for (let row = 0; row < rows; row++) {
    const start = (top + row * cell) * width + left;
    for (let column = 0; column < columns; column++) {
      cells[row * columns + column] = pixels[start + column * cell]!;
    }
  }
  return cells;
}
