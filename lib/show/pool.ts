/**
 * Fewer cells than there are values.
 *
 * @module
 */

/**
 * Puts the values of a square grid together, several rows and columns to one: of each block the value of greatest size.
 *
 * @param values The values, row by row, as many rows as columns.
 * @param size How many of them.
 * @param by How many rows and columns go together; what is left over at the ends is a smaller block.
 * @returns The grid of blocks, ⌈size / by⌉ rows of as many; NaN where a block has nothing else.
 */
export function poolGreatest(
  values: ArrayLike<number>,
  size: number,
  by: number,
): ArrayLike<number> {
  if (by === 1) return values;
  const side = Math.ceil(size / by), pooled = new Float64Array(side * side).fill(NaN);
  for (let i = 0; i < size * size; i++) {
    const at = Math.floor(Math.floor(i / size) / by) * side + Math.floor((i % size) / by);
    const value = values[i]!, known = pooled[at]!;
    if (Number.isNaN(known) || Math.abs(value) > Math.abs(known)) pooled[at] = value;
  }
  return pooled;
}
