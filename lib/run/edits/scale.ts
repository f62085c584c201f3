/**
 * Scaling by a number.
 *
 * @module
 */

import type { SiteName, Where } from "../edit.ts";
import type { EditKind } from "../edit_kind.ts";
import { checkCall } from "../edit_where.ts";
import { finite } from "../edit_number.ts";

/** Multiplies by a number. */
export interface ScaleEdit extends Where {
  /** What is done. */
  readonly kind: "scale";
  /** The site. */
  readonly at: SiteName;
  /** The factor. */
  readonly factor: number;
}

/**
 * Makes an edit that multiplies by a number.
 *
 * @param at The site, or a pattern with `*` for several.
 * @param factor The factor.
 * @param where Which part of the site.
 * @throws {RangeError} If the factor is not finite.
 * @throws {TypeError} If where is no object, or something follows it.
 *
 * @example
 * ```ts
 * import { scale } from "@innerworks/innerworks";
 * const edit = scale("blocks.0.mlp.post", 2, { neurons: [7] });
 * if (edit.factor !== 2) throw new Error("the factor is lost");
 * ```
 */
export function scale(at: SiteName, factor: number, where: Where = {}): ScaleEdit {
  checkCall({ kind: "scale", at, given: arguments, before: 2 });
  return { kind: "scale", at, factor: finite(factor, "factor"), ...where };
}

/** How a part is scaled. */
export const scaleKind: EditKind<ScaleEdit> = {
  fields: { factor: "needed" },
  check: ({ factor }) => void finite(factor, "factor"),
  change: ({ factor }, part) => part.mul(factor),
};
