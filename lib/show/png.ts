/**
 * PNG pictures of palette entries, written and read: the picture of a heat map is also its data.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { crc32, deflateSync, inflateSync } from "node:zlib";
import { refuseUnknownOptions } from "./known_options.ts";
import { unfilter } from "./png_rows.ts";

const signature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/** A picture whose every pixel is an entry of a palette. */
export interface IndexedPicture {
  /** Pixels from left to right. */
  readonly width: number;
  /** Pixels from top to bottom. */
  readonly height: number;
  /** The palette entry of each pixel, row by row. */
  readonly indices: Uint8Array;
  /** Red, green and blue of each entry, one after another. */
  readonly palette: Uint8Array;
}

/** A chunk: length, type, data, checksum. */
function chunk(type: string, data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(data.length + 12);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, data.length);
  for (let i = 0; i < 4; i++) bytes[4 + i] = type.charCodeAt(i);
  bytes.set(data, 8);
  view.setUint32(data.length + 8, crc32(bytes.subarray(4, data.length + 8)));
  return bytes;
}

/**
 * Writes a picture as an indexed PNG with 8 bits a pixel.
 *
 * @param picture The picture.
 * @returns The file.
 * @throws {RangeError} If the sizes do not fit each other.
 * @throws {TypeError} If a field of the picture is not known.
 */
export function indexedPng(picture: IndexedPicture): Uint8Array {
  refuseUnknownOptions("write a PNG", picture, ["width", "height", "indices", "palette"]);
  const { width, height, indices, palette } = picture;
  if (width < 1 || height < 1 || indices.length !== width * height) {
    throw new RangeError(
      `Cannot write a PNG as it must have width × height pixels, at least 1: current value is ${width} × ${height} with ${indices.length}`,
    );
  }
  // Cells are several rows high, and the filter "up" turns a repeated row into zeros.
  const rows = new Uint8Array(height * (width + 1));
  for (let y = 0; y < height; y++) {
    const at = y * (width + 1);
    const row = indices.subarray(y * width, (y + 1) * width);
    const above = y > 0 ? indices.subarray((y - 1) * width, y * width) : undefined;
    if (above && row.every((value, x) => value === above[x])) rows[at] = 2;
    else rows.set(row, at + 1);
  }
  return fileOf({ width, height, kind: 3 }, [
    chunk("PLTE", palette),
    chunk("IDAT", deflateSync(rows, { level: 6 })),
  ]);
}

/**
 * Writes a picture of any colours as a PNG with 32 bits a pixel. Its rows are packed as they are: in pictures of flat colours
 * and letters that takes fewer bytes than differences of rows.
 *
 * @param width Pixels from left to right.
 * @param height Pixels from top to bottom.
 * @param pixels Red, green, blue and opacity of each pixel, row by row.
 * @returns The file.
 */
export function colourPng(width: number, height: number, pixels: Uint8Array): Uint8Array {
  const line = 4 * width, rows = new Uint8Array(height * (line + 1));
  for (let y = 0; y < height; y++) {
    rows.set(pixels.subarray(y * line, (y + 1) * line), y * (line + 1) + 1);
  }
  return fileOf({ width, height, kind: 6 }, [chunk("IDAT", deflateSync(rows, { level: 6 }))]);
}

/** A file of 8 bits a channel: what begins and ends it, and the chunks between. */
function fileOf(
  { width, height, kind }: { width: number; height: number; kind: 3 | 6 },
  chunks: readonly Uint8Array[],
): Uint8Array {
  const header = new Uint8Array(13), view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  header.set([8, kind, 0, 0, 0], 8);
  const parts = [
    new Uint8Array(signature),
    chunk("IHDR", header),
    ...chunks,
    chunk("IEND", new Uint8Array()),
  ];
  const file = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    file.set(part, at);
    at += part.length;
  }
  return file;
}

/**
 * Reads a picture that {@linkcode indexedPng} wrote.
 *
 * @param file The file.
 * @returns The picture.
 * @throws {SyntaxError} If the file is no PNG of that kind.
 */
export function decodeIndexedPng(file: Uint8Array): IndexedPicture {
  if (!signature.every((byte, i) => file[i] === byte)) {
    throw new SyntaxError("Cannot read a PNG as it must begin with the signature of one");
  }
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  let [width, height] = [0, 0];
  let palette = new Uint8Array();
  const data: Uint8Array[] = [];
  for (let at = 8; at + 12 <= file.length;) {
    const length = view.getUint32(at);
    const type = String.fromCharCode(...file.subarray(at + 4, at + 8));
    const body = file.subarray(at + 8, at + 8 + length);
    if (type === "IHDR") {
      [width, height] = [view.getUint32(at + 8), view.getUint32(at + 12)];
      if (body[8] !== 8 || body[9] !== 3 || body[12] !== 0) {
        throw new SyntaxError(
          `Cannot read a PNG as it must be indexed, 8 bits, not interlaced: current value is kind ${
            body[9]
          }, ${body[8]} bits`,
        );
      }
    } else if (type === "PLTE") palette = body.slice();
    else if (type === "IDAT") data.push(body);
    at += length + 12;
  }
  const indices = unfilter(inflateSync(Buffer.concat(data)), width, height);
  return { width, height, indices, palette };
}

/**
 * Enlarges a grid of palette entries to cells of whole pixels, as `image-rendering` does not survive a sanitiser.
 *
 * @param indices The entries, row by row.
 * @param columns How many columns the grid has.
 * @param cellWidth Pixels from left to right of a cell.
 * @param cellHeight Pixels from top to bottom of a cell.
 * @returns The entries of the pixels, row by row.
 */
export function enlarge(
  indices: Uint8Array,
  columns: number,
  cellWidth: number,
  cellHeight: number,
): Uint8Array {
  const rows = columns === 0 ? 0 : indices.length / columns;
  const width = columns * cellWidth;
  const pixels = new Uint8Array(width * rows * cellHeight);
  for (let row = 0; row < rows; row++) {
    const start = row * cellHeight * width;
    for (let column = 0; column < columns; column++) {
      const at = start + column * cellWidth;
      pixels.fill(indices[row * columns + column]!, at, at + cellWidth);
    }
    for (let copy = 1; copy < cellHeight; copy++) {
      pixels.copyWithin(start + copy * width, start, start + width);
    }
  }
  return pixels;
}
