/**
 * The rows of a PNG, in a file of their own as the page reads them too.
 *
 * @module
 */

/**
 * Undoes the filters of the rows of a PNG with one byte a pixel, of which we write "none" and "up", a row at a time: cells are
 * several rows high, and who reads them needs one row of each.
 *
 * @param rows The rows as inflated, each after the byte that names its filter.
 * @param width Pixels from left to right.
 * @param height Pixels from top to bottom.
 * @returns Gives the pixels of a row; soonest where rows are asked for from top to bottom.
 * @throws {SyntaxError} If there are too few bytes or another filter.
 */
export function rowsOf(
  rows: Uint8Array,
  width: number,
  height: number,
): (y: number) => Uint8Array {
  if (rows.length !== height * (width + 1)) {
    throw new SyntaxError(
      `Cannot read a PNG as it must hold ${width} × ${height} pixels: current value is ${rows.length} bytes`,
    );
  }
  let last = -1, pixels: Uint8Array = new Uint8Array();
  const filterOf = (y: number): number => rows[y * (width + 1)]!;
  return (y) => {
    // The last row before this one that says what it holds, or that is known already.
    let from = y;
    while (from > 0 && from !== last && filterOf(from) === 2) from--;
    if (from !== last) pixels = new Uint8Array(width);
    for (let at = from === last ? from + 1 : from; at <= y; at++) {
      const filter = filterOf(at),
        own = rows.subarray(at * (width + 1) + 1, (at + 1) * (width + 1));
      if (filter === 0) pixels = own;
      else if (filter === 2) {
        const above = pixels;
        pixels = own.map((value, x) => value + (above[x] ?? 0));
      } else {
        throw new SyntaxError(
          `Cannot read a PNG as its rows must have filter 0 or 2: current value is ${filter}`,
        );
      }
    }
    last = y;
    return pixels;
  };
}

/**
 * Undoes the filters of all rows, as {@linkcode rowsOf} does.
 *
 * @param rows The rows as inflated.
 * @param width Pixels from left to right.
 * @param height Pixels from top to bottom.
 * @returns The pixels, row by row.
 * @throws {SyntaxError} If there are too few bytes or another filter.
 */
export function unfilter(rows: Uint8Array, width: number, height: number): Uint8Array {
  const row = rowsOf(rows, width, height), pixels = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) pixels.set(row(y), y * width);
  return pixels;
}
