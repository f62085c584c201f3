/**
 * One value that is so great that all others look the same.
 *
 * @module
 */

import { formatNumber } from "./format_number.ts";

/** From how many times the next on it is said. */
const far = 20;

/**
 * Says that one value sets the scale of all colours.
 *
 * @param values The values.
 * @param so What it does to the others.
 * @returns A line; empty where the two greatest sizes are of one order, or there are not two.
 */
export function farValue(
  values: ArrayLike<number>,
  so = "sets the scale: the others look alike, and a domain would tell them apart",
): string {
  let [first, second] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    const size = Math.abs(values[i]!);
    if (!Number.isFinite(size)) continue;
    if (size > first) [first, second] = [size, first];
    else if (size > second) second = size;
  }
  if (second === 0 || first < far * second) return "";
  return `One value is ${formatNumber(first / second, 2)} times the next in size and ${so}`;
}
