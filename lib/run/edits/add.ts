/**
 * Addition, such as of a steering vector.
 *
 * @module
 */

import type { SiteName, Value, Where } from "../edit.ts";
import type { EditKind } from "../edit_kind.ts";
import { checkCall } from "../edit_where.ts";
import { finite } from "../edit_number.ts";

/** Adds a value, such as a direction of the stream. */
export interface AddEdit extends Where {
  /** What is done. */
  readonly kind: "add";
  /** The site. */
  readonly at: SiteName;
  /** What is added; missing leading axes are repeated. */
  readonly value: Value;
  /** The factor of the value. */
  readonly scale: number;
}

/**
 * Makes an edit that adds a value, times a scale.
 *
 * @param at The site, or a pattern with `*` for several.
 * @param value What is added; its axes are the part's last ones.
 * @param where Which part of the site, and the scale, 1 by default.
 * @throws {RangeError} If the scale is not finite.
 * @throws {TypeError} If where is no object, or something follows it.
 *
 * @example
 * ```ts
 * import { add } from "@innerworks/innerworks";
 * const edit = add("blocks.2.resid_pre", [1, 0, -1], { scale: 4, positions: -1 });
 * if (edit.scale !== 4) throw new Error("the scale is lost");
 * ```
 */
export function add(at: SiteName, value: Value, where: Where & { scale?: number } = {}): AddEdit {
  checkCall({ kind: "add", at, given: arguments, before: 2, example: "{ scale: 3 }" });
  const { scale = 1, ...rest } = where;
  return { kind: "add", at, value, scale: finite(scale, "scale"), ...rest };
}

/** How a value is added. */
export const addKind: EditKind<AddEdit> = {
  fields: { value: "needed", scale: "needed" },
  check: ({ scale }) => void finite(scale, "scale"),
  values: ({ value }) => ({ value }),
  change({ scale }, part, place) {
    const fit = place.value("value");
    return part.add(scale === 1 ? fit : fit.mul(scale));
  },
};
