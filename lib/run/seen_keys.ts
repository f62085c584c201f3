/**
 * Which keys a query had when it was first computed.
 *
 * @module
 */

import type { WindowMode, WindowRow } from "./window.ts";

/** Some touched columns, with their places among all that an edit touches, and the column after their last key. */
export interface SeenKeys {
  /** The columns. */
  readonly columns: readonly number[];
  /** Their places. */
  readonly places: readonly number[];
  /** The column after the last key. */
  readonly to: number;
}

/**
 * Parts touched queries by the keys that there are for them. Where tokens are generated, the prompt's queries have the
 * prompt's keys, and each generated one those up to itself: so an edit that touches all keys does the same whether keys
 * and values are kept from pass to pass, or prompt and text are computed anew in one.
 *
 * @param touched The touched columns with their places.
 * @param row Where the example's prompt lies.
 * @param to The column after the last of the pass.
 * @param mode Whether tokens are generated.
 */
export function seenKeys(
  { columns, places }: Pick<SeenKeys, "columns" | "places">,
  { start, length }: WindowRow,
  to: number,
  { generates }: WindowMode,
): readonly SeenKeys[] {
  if (!generates) return [{ columns, places, to }];
  const groups = new Map<number, { columns: number[]; places: number[] }>();
  columns.forEach((column, i) => {
    const end = Math.min(to, Math.max(start + length, column + 1));
    const group = groups.get(end) ?? { columns: [], places: [] };
    group.columns.push(column);
    group.places.push(places[i]!);
    groups.set(end, group);
  });
  return [...groups].map(([end, group]) => ({ ...group, to: end }));
}
