/**
 * The data of a picture, read back in the page.
 *
 * @module
 */
/// <reference lib="dom" />

import { rowsOf } from "../lib/show/png_rows.ts";

/** The pixels of an indexed picture. */
export interface Pixels {
  /** From left to right. */
  readonly width: number;
  /** From top to bottom. */
  readonly height: number;
  /** The palette entries of a row. */
  row(y: number): Uint8Array;
  /** Reads the rows that were not asked for at first. */
  rest(): Promise<void>;
}

/** The letters of a data URL that are read at a time, a multiple of four. */
const PART = 65_536;

/** The bytes that letters stand for. */
function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  if (Uint8Array.fromBase64) return Uint8Array.fromBase64(text);
  // A plain loop, as there may be a million letters.
  const letters = atob(text), file = new Uint8Array(letters.length);
  for (let i = 0; i < file.length; i++) file[i] = letters.charCodeAt(i);
  return file;
}

/**
 * Reads the pixels of an indexed PNG as this library writes it, whose rows are one chunk; all without giving way to the
 * browser, which would draw what is not ready.
 *
 * @param url The data URL of the file.
 * @param first How many rows are needed at once.
 * @returns Its pixels.
 */
export async function readPixels(url: string, first: number = Infinity): Promise<Pixels> {
  let at = url.indexOf(",") + 1, start = 8, filled = 0;
  const next = (): Uint8Array<ArrayBuffer> => bytesOf(url.slice(at, at += PART));
  let part = next();
  const view = new DataView(part.buffer), width = view.getUint32(16), height = view.getUint32(20);
  // "IDAT", read as one number
  while (view.getUint32(start + 4) !== 0x49444154) start += view.getUint32(start) + 12;
  let left = view.getUint32(start);
  part = part.subarray(start + 8);
  const rows = new Uint8Array(height * (width + 1)), inflate = new DecompressionStream("deflate");
  const writer = inflate.writable.getWriter(), reader = inflate.readable.getReader();
  const collect = async (): Promise<void> => {
    for (let read; !(read = await reader.read()).done; filled += read.value.length) {
      rows.set(read.value, filled);
    }
  };
  const collected = collect();
  const feed = async (until: number): Promise<void> => {
    while (left > 0 && filled < until) {
      const own = part.subarray(0, left);
      left -= own.length;
      // What is wrong with the data is said by either side.
      await Promise.race([writer.write(own), collected]);
      if (left > 0) part = next();
      else await Promise.all([writer.close(), collected]);
    }
  };
  await feed(first * (width + 1));
  return { width, height, row: rowsOf(rows, width, height), rest: () => feed(Infinity) };
}

/**
 * Puts other colours into an indexed PNG as this library writes it, whose palette comes first: the browser decodes it beside
 * everything else, and much faster than a loop over the pixels that runs for the first time.
 *
 * @param url The data URL of the picture.
 * @param colours The palette.
 * @returns The data URL of the other.
 */
export function recoloured(url: string, colours: Uint8Array): string {
  // Four letters are three bytes, so that nothing behind the palette is touched.
  const from = url.indexOf(",") + 1, to = from + 1088, head = bytesOf(url.slice(from, to));
  head.set(colours, 41);
  // The checksum of the chunk's type and the colours, bit by bit.
  let sum = -1;
  for (const byte of head.subarray(37, 809)) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit++) sum = (sum >>> 1) ^ (sum & 1 ? 0xedb88320 : 0);
  }
  new DataView(head.buffer).setInt32(809, ~sum);
  return url.slice(0, from) + btoa(String.fromCharCode(...head)) + url.slice(to);
}

/**
 * Reads the palette entries out of the picture of a grid.
 *
 * @param url The URL of an indexed PNG.
 * @param columns How many cells stand side by side.
 * @returns One entry a cell, row by row.
 */
export async function readPicture(url: string, columns: number): Promise<Uint8Array> {
  const pixels = await readPixels(url), { width, height } = pixels;
  return readTile(pixels, {
    left: 0,
    top: 0,
    columns,
    cell: width / columns,
    rows: height / (width / columns),
  });
}

/** Where the cells of a grid lie in a picture. */
export interface Tile {
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
export function readTile(pixels: Pixels, tile: Tile): Uint8Array {
  const { left, top, cell, columns, rows } = tile;
  const cells = new Uint8Array(columns * rows);
  for (let row = 0; row < rows; row++) {
    const from = pixels.row(top + row * cell);
    if (cell === 1) cells.set(from.subarray(left, left + columns), row * columns);
    else {
      for (let column = 0; column < columns; column++) {
        cells[row * columns + column] = from[left + column * cell]!;
      }
    }
  }
  return cells;
}
