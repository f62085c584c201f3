/**
 * Removal of a subspace, or of everything but it.
 *
 * @module
 */

import { checkBasis, projected } from "../basis.ts";
import { editText, type SiteName, type Where } from "../edit.ts";
import type { EditKind } from "../edit_kind.ts";
import { checkCall } from "../edit_where.ts";
import type { GivenValue } from "../value.ts";

/** Removes or keeps a subspace. */
export interface ProjectEdit extends Where {
  /** What is done. */
  readonly kind: "project";
  /** The site. */
  readonly at: SiteName;
  /** The rows that span the subspace, `[rank, width]`, or one row. */
  readonly basis: GivenValue;
  /** Whether the subspace is removed, or everything but it. */
  readonly mode: "remove" | "keep";
}

/**
 * Makes an edit that removes a subspace from the vectors of a site, or everything but the subspace.
 *
 * @param at The site, or a pattern with `*` for several; its last axis must be a space of vectors.
 * @param basis The rows that span the subspace; they need not be at right angles, but independent: none may lie within
 * 1e-4 of its length of the space of those before.
 * @param where Whether to remove (the default) or to keep, and which part of the site.
 * @throws {TypeError} If where is no object, or something follows it.
 *
 * @example
 * ```ts
 * import { project } from "@innerworks/innerworks";
 * const edit = project("blocks.2.resid_post", [[1, 0, 0], [1, 1, 0]], { mode: "keep" });
 * if (edit.mode !== "keep") throw new Error("the mode is lost");
 * ```
 */
export function project(
  at: SiteName,
  basis: GivenValue,
  where: Where & { readonly mode?: "remove" | "keep" } = {},
): ProjectEdit {
  checkCall({ kind: "project", at, given: arguments, before: 2, example: '{ mode: "keep" }' });
  const { mode = "remove", ...rest } = where;
  return { kind: "project", at, basis, mode, ...rest };
}

/** How a subspace is removed or kept. */
export const projectKind: EditKind<ProjectEdit> = {
  fields: { basis: "needed", mode: "needed" },
  without: { neurons: "a subspace is one of whole vectors" },
  check(edit) {
    if (edit.mode === "remove" || edit.mode === "keep") return;
    throw new RangeError(
      `Cannot ${editText(edit)} as its mode must be "remove" or "keep": current value is ${
        JSON.stringify(edit.mode)
      }`,
    );
  },
  admit: ({ basis }, { axes, width, reach }) =>
    checkBasis(basis, { purpose: reach.purpose, axes, width }),
  change({ basis, mode }, part, { reach }) {
    const inside = projected(part, basis, reach.purpose);
    return mode === "keep" ? inside : part.sub(inside);
  },
};
