/**
 * Lines of more values than there are pixels.
 *
 * @module
 */

/** The most values of all lines, and those that each may have at least: two for each of its pixels. */
const [mostOfAll, mostValues] = [12_000, 960];

/**
 * Thins the values of a line out to what its picture can show: of each stretch the least and the greatest, and both ends.
 *
 * @param rows The values, in order; null where a value has no place.
 * @param lines How many lines share the picture.
 * @returns Those that stay: all, if they are few.
 */
export function thinned<Row extends { readonly y: number | null }>(
  rows: readonly Row[],
  lines: number,
): readonly Row[] {
  const most = Math.max(mostValues, mostOfAll / lines);
  if (rows.length <= most) return rows;
  const stretch = Math.ceil(rows.length / (most / 2 - 1));
  const kept = new Set([0, rows.length - 1]);
  for (let from = 0; from < rows.length; from += stretch) {
    let [least, most] = [from, from];
    for (let i = from; i < Math.min(rows.length, from + stretch); i++) {
      if ((rows[i]!.y ?? Infinity) < (rows[least]!.y ?? Infinity)) least = i;
      if ((rows[i]!.y ?? -Infinity) > (rows[most]!.y ?? -Infinity)) most = i;
    }
    kept.add(least).add(most);
  }
  return [...kept].sort((a, b) => a - b).map((i) => rows[i]!);
}
