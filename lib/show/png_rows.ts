/**
 * The rows of a PNG, in a file of their own as the page reads them too.
 *
 * @module
 */

/**
 * Undoes the filters of the rows of a PNG with one byte a pixel, of which we write "none" and "up".
 *
 * @param rows The rows as inflated, each after the byte that names its filter.
 * @param width Pixels from left to right.
 * @param height Pixels from top to bottom.
 * @returns The pixels, row by row.
 * @throws {SyntaxError} If there are too few bytes or another filter.
 */
export function unfilter(rows: Uint8Array, width: number, height: number): Uint8Array {
  if (rows.length !== height * (width + 1)) {
    throw new SyntaxError(
      `Cannot read a PNG as it must hold ${width} × ${height} pixels: current value is ${rows.length} bytes`,
    );
  }
  const pixels = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    const filter = rows[y * (width + 1)]!;
    if (filter !== 0 && filter !== 2) {
      throw new SyntaxError(
        `Cannot read a PNG as its rows must have filter 0 or 2: current value is ${filter}`,
      );
    }
    const own = rows.subarray(y * (width + 1) + 1, (y + 1) * (width + 1)), at = y * width;
    pixels.set(own, at);
    if (filter === 0 || y === 0) continue;
    for (let x = at; x < at + width; x++) pixels[x]! += pixels[x - width]!;
  }
  return pixels;
}
