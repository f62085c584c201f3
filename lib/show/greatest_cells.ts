/**
 * The cells of a picture that are listed.
 *
 * @module
 */

/**
 * Says how many of some values a text lists, where it does not list all.
 *
 * @param all How many there are.
 * @param listed How many it lists at most.
 * @returns For example `: 20 of 60, 40 are left out`; empty where none is.
 */
export function saidListed(all: number, listed: number): string {
  return all > listed ? `: ${listed} of ${all}, ${all - listed} are left out` : "";
}

/**
 * Finds the cells of greatest size.
 *
 * @param values The values.
 * @param count How many to find.
 * @returns Their places, the greatest first; undefined ones last.
 */
export function greatestCells(values: ArrayLike<number>, count: number): number[] {
  const size = (i: number): number => Number.isNaN(values[i]!) ? -1 : Math.abs(values[i]!);
  const best: number[] = [];
  let least = -Infinity;
  for (let i = 0; i < values.length; i++) {
    if (best.length === count && size(i) <= least) continue;
    best.push(i);
    best.sort((a, b) => size(b) - size(a) || a - b);
    if (best.length > count) best.pop();
    if (best.length === count) least = size(best.at(-1)!);
  }
  return best;
}
